import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { JsonValue } from '../lib/schema.ts';
import type { attemptView } from './attempt-schema.ts';
import type { TaskError, TaskState } from './schema.ts';

/**
 * How an attempt or a task ends. Reported by the holder: succeeded, invalid (its result breaks the schema), failed,
 * retry (failed, another attempt may succeed), released (handed back). Decided by the coordinator: undelivered (nobody
 * came for the grant), lost, not_started, timed_out, expired, cancelled, dependency, skipped. By a restore: restored.
 */
type End =
  | 'succeeded'
  | 'invalid'
  | 'failed'
  | 'retry'
  | 'released'
  | 'undelivered'
  | 'restored'
  | 'lost'
  | 'not_started'
  | 'timed_out'
  | 'expired'
  | 'cancelled'
  | 'dependency'
  | 'skipped';

export type Settlement = {
  task_id: string;
  /** The fence: the attempt that ends. null ends a task that nobody holds. */
  epoch: number | null;
  /** Set when a holder reports: only the one that was granted the attempt may. */
  holder_id?: string;
  end: End;
  actor: string;
  result?: JsonValue | undefined;
  error?: TaskError | undefined;
  usage?: unknown;
  /** What a task that continues this one needs. */
  session?: JsonValue | undefined;
  report_hash?: string;
  /** Set for what was not delivered: it ends only while this token is the attempt's; a redelivery gives another. */
  token_hash?: string;
  /** The result was held against the task's schema; without it, success of a task with a schema is not taken. */
  schema_checked?: boolean;
};

/** How an attempt ended, as it is recorded. */
type AttemptOutcome = NonNullable<z.infer<typeof attemptView>['outcome']>;

/** `unchecked`: nothing was done, since the task has a result schema and `schema_checked` was not set. */
export type Settled = {
  task_id: string;
  project_id: string;
  state: TaskState | 'unchecked';
  has_dependants: boolean;
  /** Of the attempt that ended; null: nobody held the task. */
  attempt_outcome: AttemptOutcome | null;
  ended_epoch: number | null;
};

/** A third lost lease in 72 hours: the task itself is what kills its holders. */
const POISON_LOSSES = 3;

/**
 * The one statement through which every attempt ends and every task finishes, so that the fence stands in one place:
 * a row is touched only while `epoch` is the current one and somebody holds it (or, for unclaimed tasks, nobody does).
 * Without the epoch 60 of 398 outcomes came from a holder that had lost its lease.
 * Locks: live_tasks by id, then agent_slots by agent_id; every statement that takes both takes them in this order or
 * skips locked tasks (claim).
 */
const SETTLE_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(
      task_id uuid, epoch int, holder_id uuid, "end" text, actor text, result json, error json, usage json, session json, report_hash text,
      schema_checked boolean, token_hash text)
  ), held as (
    select t.*, g."end", g.actor, g.result, g.error, g.usage, g.session, g.report_hash, g.schema_checked
    from live_tasks t join given g on g.task_id = t.id
    where case
        when g.epoch is null then t.holder_id is null
        else t.epoch = g.epoch and t.holder_id is not null and t.holder_id = coalesce(g.holder_id, t.holder_id)
      end
      and (g."end" <> 'lost' or t.lease_expires_at < now() - make_interval(secs => $2::float8 / 1000))
      and (g."end" not in ('not_started', 'undelivered') or t.state = 'leased')
      and (g.token_hash is null or exists (
        select from attempts a
        where a.task_id = t.id and a.epoch = t.epoch and a.token_hash = decode(g.token_hash, 'hex')))
    order by t.id
    for update of t
  ), decided as (
    select h.*, case
        when h."end" = 'succeeded' and h.has_result_schema and h.schema_checked is not true then 'unchecked'
        when h."end" in ('succeeded', 'expired') then h."end"
        when h."end" = 'dependency' then 'failed/dependency'
        when h."end" = 'skipped' then 'cancelled/skipped'
        when h."end" = 'cancelled' or h.cancel_requested_at is not null then 'cancelled'
        when h."end" = 'failed' then 'failed/error'
        when h."end" = 'invalid' then 'failed/invalid'
        when h."end" in ('released', 'undelivered', 'restored') then 'queued'
        when h."end" = 'lost' and l.losses >= ${POISON_LOSSES} - 1 then 'failed/poison'
        when h.attempts >= h.max_attempts then 'failed/exhausted'
        else 'queued'
      end as verdict,
      -- Ends that the holder did not ask for fence it first, before anybody else can claim.
      h.epoch + case when h.holder_id is not null and h."end" in ('lost', 'restored', 'not_started', 'timed_out', 'expired', 'cancelled')
        then 1 else 0 end as next_epoch
    from held h
    left join lateral (
      select count(*) as losses from attempts a
      where h."end" = 'lost' and a.task_id = h.id and a.outcome = 'lost' and a.ended_at > now() - interval '72 hours'
    ) l on true
  ), ended as (
    select d.*, split_part(verdict, '/', 1) as next_state, nullif(split_part(verdict, '/', 2), '') as reason,
      case
        when d.holder_id is null then null
        when verdict like 'cancelled%' then 'cancelled'
        when d."end" in ('succeeded', 'lost', 'released', 'expired') then d."end"
        when d."end" in ('not_started', 'undelivered', 'restored') then 'released'
        else 'failed' end as attempt_outcome,
      now() + case when d."end" in ('retry', 'timed_out', 'not_started')
        then least(d.backoff_cap_ms, d.backoff_base_ms * power(2, d.attempts - 1)) * (0.5 + random()) * interval '1 millisecond'
        else interval '0' end as again_at
    from decided d where verdict <> 'unchecked'
  ), gone as (
    delete from live_tasks t using ended e where t.id = e.id and e.next_state <> 'queued'
  ), requeued as (
    update live_tasks t
    set state = 'queued', ready = e.again_at <= now(), available_at = e.again_at, epoch = e.next_epoch,
      attempts = t.attempts - case when e."end" in ('released', 'undelivered', 'restored') then 1 else 0 end,
      agent_id = null, holder_id = null, claimed_at = null, started_at = null, lease_expires_at = null,
      awaiting_since = null, awaited_ms = 0
    from ended e where t.id = e.id and e.next_state = 'queued'
  ), freed as (
    select agent_id, sum(slots) as slots from ended where holder_id is not null group by agent_id
  ), slot as (
    select agent_id from agent_slots where agent_id in (select agent_id from freed) order by agent_id for update
  ), given_back as (
    update agent_slots s set used = s.used - f.slots
    from freed f join slot using (agent_id) where s.agent_id = f.agent_id
  ), closed as (
    update attempts a
    set ended_at = now(), started_at = e.started_at, error = e.error, usage = e.usage, session = e.session,
      report_hash = decode(e.report_hash, 'hex'), outcome = e.attempt_outcome
    from ended e where a.task_id = e.id and a.epoch = e.epoch and e.holder_id is not null
  ), recorded as (
    insert into outcomes (task_id, project_id, state, reason, epoch, agent_id, result, error)
    select id, project_id, next_state, reason, next_epoch, agent_id,
      case when next_state = 'succeeded' then result end, error
    from ended where next_state <> 'queued'
  ), dependants as (
    insert into settlements (task_id) select id from ended where next_state <> 'queued' and has_dependants
    on conflict do nothing
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, id, 'task.' || case
        when next_state <> 'queued' then next_state
        when "end" in ('lost', 'released') then "end"
        when "end" in ('undelivered', 'restored') then 'released'
        else 'retrying' end,
      actor, json_build_object('epoch', epoch, 'reason', coalesce(reason, "end"), 'agent_id', agent_id, 'error', error)
    from ended
  )
  select id as task_id, project_id, next_state as state, has_dependants, attempt_outcome,
    case when holder_id is not null then epoch end as ended_epoch
  from ended
  union all
  select id, project_id, verdict, false, null, null from decided where verdict = 'unchecked'`;

/**
 * Ends attempts and finishes tasks; answers only those that it touched. One absent from the answer was fenced: its
 * epoch is not the current one, or the condition of its end no longer holds. A task may appear once in a call.
 */
export const settleTasks = (db: Db, settlements: Settlement[], leaseGraceMs: number): Promise<Settled[]> =>
  db.query<Settled>(SETTLE_SQL, [JSON.stringify(settlements), leaseGraceMs], { name: 'tasks-settle' });
