import type { Db } from '../db/database.ts';

const END_SQL = `
  update holders set ended_at = now()
  where runner_id = $1 and ended_at is null and id is distinct from $2`;

// A day: beyond every grace, so the next reap takes them. Not those that were never started: nobody may have heard of
// them, and a lost lease counts against the task; they go back by themselves. Rows in the order of their ids, like every
// batch that locks live tasks.
const GIVE_UP_SQL = `
  with held as (
    select t.id from live_tasks t join holders h on h.id = t.holder_id
    where h.runner_id = $1 and h.id is distinct from $2 and t.state = 'running'
    order by t.id for update of t
  )
  update live_tasks t set lease_expires_at = now() - interval '1 day' from held where t.id = held.id`;

/**
 * Ends every process start of a runner but `except` (null: all of them), and lets the leases they still hold expire, so
 * that the reaper hands their work on at once instead of after a whole lease. Call it with the runner's row locked.
 */
export async function endHolders(trx: Db, runnerId: string, except: string | null): Promise<void> {
  await trx.query(END_SQL, [runnerId, except]);
  await trx.query(GIVE_UP_SQL, [runnerId, except]);
}
