import type { Db } from '../db/database.ts';
import { recordColumns } from '../db/record-columns.ts';
import type { Grant } from './attempt-schema.ts';
import { GRANT_COLUMNS } from './grant-columns.ts';

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
  /** Claims of the queue since its oldest task was taken, this one counted; 0 when it takes the oldest. */
  since_oldest: number;
};

/** `waited_s`: seconds from when the task could be claimed until `claimed_at`, by the clock of the database. */
export type Claimed = Omit<Grant, 'token'> & { holder_id: string; claimed_at: string; waited_s: number };
/** Of the plan: what was granted, and the agents that may have nothing (more) now. */
export type ClaimAnswer = { claimed: Claimed[]; refused: Pick<PlannedClaim, 'agent_id' | 'holder_id'>[] };
/** A planned claim for which the agent has the slots; without an epoch the task was taken by somebody else. */
type ClaimRow = Claimed | (Omit<Claimed, 'epoch'> & { epoch: null });

const PLAN = recordColumns<PlannedClaim & { position: number }>({
  position: 'int',
  task_id: 'uuid',
  epoch: 'int',
  agent_id: 'uuid',
  holder_id: 'uuid',
  slots: 'int',
  lease_ttl_ms: 'int',
  token_hash: 'text',
  since_oldest: 'int',
});

/**
 * Grants what was planned, as far as it still holds: the task must be ready; the agent must have the slots, draw no
 * drain, not be parked with its account, and belong to the session that asks, or be a model server that was approved and
 * whose breaker is closed. Locks agent_slots by agent_id first, then tasks, then queues by key; tasks
 * locked by anybody else are skipped, never waited for. The slot row is what protects the capacity: `skip locked` on
 * tasks alone gave an agent with one slot two tasks. What a queue counts is added to, not replaced, since several
 * replicas claim from it at once.
 */
const CLAIM_SQL = `
  with plan as (
    select * from ${PLAN.from}
  ), slot as (
    select p.*, s.max_concurrent - s.used as free
    from plan p join agent_slots s using (agent_id) join agents a on a.id = p.agent_id
    left join runners r on r.id = a.runner_id left join endpoints e on e.agent_id = a.id
    where not a.draining and a.removed_at is null and r.removed_at is null
      and (r.holder_id = p.holder_id or (a.runner_id is null and e.approved_at is not null and e.breaker_opened_at is null))
      and not exists (
        select from parked_accounts k
        where k.account = a.account and k.project_id is not distinct from a.project_id and k.parked_until > now())
    order by p.agent_id
    for update of s
  ), fit as (
    select *, sum(slots) over (partition by agent_id order by position) <= free as fits from slot
  ), free_task as (
    select f.*
    from live_tasks t join fit f on f.task_id = t.id
    where f.fits and t.ready and t.epoch = f.epoch - 1 and t.cancel_requested_at is null
      and coalesce(t.deadline_at > now(), true) and (t.attempts > 0 or coalesce(t.queue_deadline_at > now(), true))
    order by t.id
    for update of t skip locked
  ), claimed as (
    update live_tasks t
    set state = 'leased', ready = false, epoch = f.epoch, attempts = t.attempts + 1, agent_id = f.agent_id,
      holder_id = f.holder_id, claimed_at = now(), started_at = null, awaiting_since = null, awaited_ms = 0,
      lease_expires_at = now() + f.lease_ttl_ms * interval '1 millisecond'
    from free_task f where t.id = f.task_id
    returning t.*, f.token_hash, f.since_oldest, f.position
  ), taken as (
    update agent_slots s set used = s.used + c.slots
    from (select agent_id, sum(slots) as slots from claimed group by agent_id) c
    where s.agent_id = c.agent_id
  ), turn as (
    select project_id, class_id, count(*) as claims, bool_or(since_oldest = 0) as took_oldest,
      (array_agg(since_oldest order by position desc))[1] as last_count
    from claimed group by project_id, class_id
  ), queue as (
    select q.project_id, q.class_id from queues q join turn using (project_id, class_id)
    order by q.project_id, q.class_id
    for update of q
  ), turned as (
    update queues q
    set since_oldest = least(case when t.took_oldest then t.last_count else q.since_oldest + t.claims end, 9),
      last_used_at = now()
    from turn t join queue using (project_id, class_id)
    where q.project_id = t.project_id and q.class_id = t.class_id
  ), opened as (
    insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at)
    select id, epoch, project_id, agent_id, holder_id, decode(token_hash, 'hex'), claimed_at from claimed
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, id, 'task.claimed', 'coordinator', json_build_object('epoch', epoch, 'agent_id', agent_id)
    from claimed
  )
  select f.task_id, f.agent_id, f.holder_id, c.epoch, c.project_id, c.attempts as attempt, c.max_attempts,
    c.attempt_timeout_ms, c.claimed_at, extract(epoch from c.claimed_at - c.available_at)::float8 as waited_s, ${GRANT_COLUMNS}
  from fit f
  left join claimed c on c.id = f.task_id
  left join tasks t on t.id = c.id
  where f.fits
  order by f.position`;

/** Claims a batch in one statement; what is neither claimed nor refused was taken by somebody else. */
export async function claimTasks(db: Db, plan: PlannedClaim[]): Promise<ClaimAnswer> {
  const given = PLAN.values(plan.map((one, position) => ({ ...one, position })));
  const rows = await db.query<ClaimRow>(CLAIM_SQL, given, { name: 'tasks-claim' });
  const fitting = new Set(rows.map((row) => row.task_id));
  return { claimed: rows.filter(isClaimed), refused: plan.filter((one) => !fitting.has(one.task_id)) };
}

const isClaimed = (row: ClaimRow): row is Claimed => row.epoch !== null;
