import type { Db } from '../db/database.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { type HeldAttempt, keyOf } from './heartbeat.ts';

/** A repeated start changes nothing but the lease. Locks live_tasks by id; rewrites no index (HOT). */
const START_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(task_id uuid, epoch int, holder_id uuid, lease_ttl_ms int)
  ), held as (
    select t.id, t.state, g.lease_ttl_ms
    from live_tasks t join given g on g.task_id = t.id and g.epoch = t.epoch and g.holder_id = t.holder_id
    order by t.id
    for update of t
  ), started as (
    update live_tasks t
    set state = 'running', started_at = coalesce(t.started_at, now()),
      lease_expires_at = now() + h.lease_ttl_ms * interval '1 millisecond'
    from held h where t.id = h.id
    returning t.id, t.epoch, t.project_id, t.agent_id, t.holder_id, h.state as state_before
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, id, 'task.started', 'agent:' || agent_id, json_build_object('epoch', epoch, 'agent_id', agent_id)
    from started where state_before = 'leased'
  )
  select id as task_id, epoch, holder_id from started`;

/** Starts attempts in one statement; answers by position whether the caller still holds the attempt. */
export async function startAttempts(db: Db, attempts: HeldAttempt[]): Promise<boolean[]> {
  const rows = await db.query<AttemptRef & { holder_id: string }>(START_SQL, [JSON.stringify(attempts)], {
    name: 'tasks-start',
  });
  const started = new Set(rows.map(keyOf));
  return attempts.map((attempt) => started.has(keyOf(attempt)));
}
