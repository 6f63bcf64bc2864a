import type { Db } from '../../src/db/database.ts';
import { until } from './until.ts';

/** Waits until a statement in this database waits for a lock. */
export async function untilBlocked(db: Db): Promise<void> {
  await until(async () => {
    const waiting = await db.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    );
    return waiting.length > 0;
  });
}
