import type { Db } from '../db/database.ts';
import type { Grant } from './schema.ts';

/** One task for one agent, as `assign` decided; `token_hash` is of the token that will speak for the attempt. */
export type PlannedClaim = {
  task_id: string;
  /** The epoch that the attempt will have: one more than the task had when it was looked at. */
  epoch: number;
  agent_id: string;
  holder_id: string;
  slots: number;
  lease_ttl_ms: number;
  token_hash: string;
  queue_since_oldest: number;
};

export type Claimed = Omit<Grant, 'token'> & { holder_id: string };

/**
 * Grants what was planned, as far as it still holds: the task must be ready and the agent must have the slots, draw no
 * drain and belong to the session that asks. Locks agent_slots by agent_id first; tasks locked by anybody else are
 * skipped, never waited for. The slot row is what protects the capacity: `skip locked` on tasks alone gave an agent
 * with one slot two tasks.
 */
const CLAIM_SQL = `
  with plan as (
    select * from rows from (json_to_recordset($1) as (
      task_id uuid, epoch int, agent_id uuid, holder_id uuid, slots int, lease_ttl_ms int, token_hash text,
      queue_since_oldest int)) with ordinality
  ), slot as (
    select s.agent_id, s.max_concurrent - s.used as free, r.holder_id
    from agent_slots s join agents a on a.id = s.agent_id join runners r on r.id = a.runner_id
    where s.agent_id in (select agent_id from plan) and not a.draining and a.removed_at is null and r.removed_at is null
    order by s.agent_id
    for update of s
  ), fit as (
    select p.*, sum(p.slots) over (partition by p.agent_id order by p.ordinality) <= s.free as fits
    from plan p join slot s using (agent_id, holder_id)
  ), free_task as (
    select t.id
    from live_tasks t join fit f on f.task_id = t.id
    where f.fits and t.ready and t.epoch = f.epoch - 1 and t.cancel_requested_at is null
      and coalesce(t.deadline_at > now(), true) and coalesce(t.queue_deadline_at > now(), true)
    order by t.id
    for update of t skip locked
  ), claimed as (
    update live_tasks t
    set state = 'leased', ready = false, epoch = f.epoch, attempts = t.attempts + 1, agent_id = f.agent_id,
      holder_id = f.holder_id, claimed_at = now(), started_at = null,
      lease_expires_at = now() + f.lease_ttl_ms * interval '1 millisecond'
    from fit f join free_task k on k.id = f.task_id
    where t.id = f.task_id
    returning t.*, f.token_hash, f.queue_since_oldest
  ), taken as (
    update agent_slots s set used = s.used + c.slots
    from (select agent_id, sum(slots) as slots from claimed group by agent_id) c
    where s.agent_id = c.agent_id
  ), turned as (
    update queues q set since_oldest = least(c.since_oldest, 9), last_used_at = now()
    from (select project_id, class_id, min(queue_since_oldest) as since_oldest from claimed group by 1, 2) c
    where q.project_id = c.project_id and q.class_id = c.class_id
  ), opened as (
    insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at)
    select id, epoch, project_id, agent_id, holder_id, decode(token_hash, 'hex'), claimed_at from claimed
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, id, 'task.claimed', 'coordinator', json_build_object('epoch', epoch, 'agent_id', agent_id)
    from claimed
  )
  select c.id as task_id, c.epoch, c.project_id, c.agent_id, c.holder_id, t.title, t.prompt, t.input, t.labels,
    t.workspace, c.attempts as attempt, c.max_attempts, c.attempt_timeout_ms,
    exists (select from task_dependencies d where d.task_id = c.id) as has_dependencies
  from claimed c join tasks t on t.id = c.id`;

/** Claims a batch in one statement; what is absent from the answer was taken by somebody else or no longer fits. */
export const claimTasks = (db: Db, plan: PlannedClaim[]): Promise<Claimed[]> =>
  db.query<Claimed>(CLAIM_SQL, [JSON.stringify(plan)], { name: 'tasks-claim' });
