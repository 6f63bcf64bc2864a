import type { Db } from '../db/database.ts';
import type { AttemptRef, Directive } from './schema.ts';

export type HeldAttempt = AttemptRef & { holder_id: string; lease_ttl_ms: number };

/**
 * The epoch is the authority, not the clock: a lease that has expired but was not taken away is renewed.
 * Locks live_tasks by id.
 */
const HEARTBEAT_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(task_id uuid, epoch int, holder_id uuid, lease_ttl_ms int)
  ), held as (
    select t.id, g.lease_ttl_ms
    from live_tasks t join given g on g.task_id = t.id and g.epoch = t.epoch and g.holder_id = t.holder_id
    order by t.id
    for update of t
  ), renewed as (
    update live_tasks t set lease_expires_at = now() + h.lease_ttl_ms * interval '1 millisecond'
    from held h where t.id = h.id
    returning t.id, t.epoch, t.cancel_requested_at
  )
  select g.task_id, g.epoch,
    case when r.id is null then 'stop' when r.cancel_requested_at is not null then 'cancel' else 'continue' end as directive
  from given g left join renewed r on r.id = g.task_id and r.epoch = g.epoch`;

/** Renews the leases of many attempts in one statement and tells, by position, what each holder shall do. */
export async function heartbeatAttempts(db: Db, attempts: HeldAttempt[]): Promise<Directive[]> {
  const rows = await db.query<Directive>(HEARTBEAT_SQL, [JSON.stringify(attempts)], { name: 'tasks-heartbeat' });
  const byRef = new Map(rows.map((row) => [`${row.task_id}/${row.epoch}`, row]));
  return attempts.map(({ task_id, epoch }) => byRef.get(`${task_id}/${epoch}`)!);
}
