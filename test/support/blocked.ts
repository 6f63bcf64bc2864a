import type { Db } from '../../src/db/database.ts';
import { until } from './until.ts';

/** Waits until so many statements in this database wait for a lock. */
export async function untilBlocked(db: Db, statements = 1): Promise<void> {
  await until(async () => {
    const waiting = await db.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length >= statements;
  });
}
