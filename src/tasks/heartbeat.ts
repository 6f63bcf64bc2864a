import type { Db } from '../db/database.ts';
import type { AttemptRef, Directive } from './attempt-schema.ts';

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
    returning t.id, t.epoch, t.holder_id, t.cancel_requested_at
  )
  select g.task_id, g.epoch, g.holder_id,
    case when r.id is null then 'stop' when r.cancel_requested_at is not null then 'cancel' else 'continue' end as directive
  from given g
  left join renewed r on r.id = g.task_id and r.epoch = g.epoch and r.holder_id = g.holder_id`;

/** Renews the leases of many attempts in one statement and tells, by position, what each holder shall do. */
export async function heartbeatAttempts(db: Db, attempts: HeldAttempt[]): Promise<Directive[]> {
  const rows = await db.query<Directive & { holder_id: string }>(HEARTBEAT_SQL, [JSON.stringify(attempts)], {
    name: 'tasks-heartbeat',
  });
  const directives = new Map(rows.map((row) => [keyOf(row), row.directive]));
  return attempts.map((attempt) => {
    const { task_id, epoch } = attempt;
    return { task_id, epoch, directive: directives.get(keyOf(attempt))! };
  });
}

/** With the holder: what another one asks about the same attempt may travel in the same statement. */
export const keyOf = ({ task_id, epoch, holder_id }: AttemptRef & { holder_id: string }): string =>
  `${task_id}/${epoch}/${holder_id}`;
