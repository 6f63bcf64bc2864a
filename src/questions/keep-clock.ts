import type { Db } from '../db/database.ts';

const KEEP_SQL = `
  with standing as (
    select l.id, exists (
      select from questions q where q.task_id = l.id and q.epoch = l.epoch and q.state = 'pending') as awaits
    from live_tasks l where l.id = any($1) and l.holder_id is not null
  )
  update live_tasks l
  set awaited_ms = l.awaited_ms
      + case when s.awaits then 0 else (extract(epoch from now() - l.awaiting_since) * 1000)::bigint end,
    awaiting_since = case when s.awaits then now() end
  from standing s where l.id = s.id and s.awaits <> (l.awaiting_since is not null)`;

/**
 * Stops the clock of the attempts that have asked and wait, and lets that of the others go on; to be called in the
 * transaction that has locked the tasks' rows and changed questions of theirs.
 */
export const keepClock = (trx: Db, taskIds: string[]): Promise<unknown> => trx.query(KEEP_SQL, [taskIds]);
