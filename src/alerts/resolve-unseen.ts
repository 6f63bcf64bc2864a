import type { Db } from '../db/database.ts';
import { ALERT_COLUMNS, type AlertRow } from './alert-columns.ts';
import type { Telling } from './notify/queue-deliveries.ts';
import { tellResolved } from './tell-resolved.ts';

// The time again: another replica may have seen it since it was read.
const RESOLVE_SQL = `
  update alerts set state = 'resolved', resolved_at = now(), resolved_by = 'coordinator'
  where id = any($1) and state <> 'resolved' and last_seen_at < now() - make_interval(secs => $2::float8 / 1000)
  returning ${ALERT_COLUMNS}`;

/**
 * Resolves those of the alerts that no replica has seen the condition of for `forMs`: it is over, or it was one of a
 * replica that has gone. Answers how many.
 */
export const resolveUnseen = (db: Db, ids: string[], forMs: number, telling: Telling): Promise<number> =>
  db.transaction(async (trx) => {
    const resolved = await trx.query<AlertRow>(RESOLVE_SQL, [ids, forMs]);
    await tellResolved(trx, resolved, 'coordinator', telling);
    return resolved.length;
  });
