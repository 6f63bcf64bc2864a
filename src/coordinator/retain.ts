import type { Db } from '../db/database.ts';

/** Things a statement drops at the most: each takes some milliseconds and holds no lock that anybody waits for. */
const BATCH = 500;
/** Lines of logs a statement drops at the most: one task can have some hundred thousand. */
const LINES = 5000;

/**
 * Finished tasks that are old enough. One that an unfinished one still depends on stays: its result may be wanted.
 */
const OLD_TASKS = `
  outcomes o
  where o.finished_at < now() - make_interval(days => $1)
    and not exists (select from task_dependencies d join live_tasks l on l.id = d.task_id where d.depends_on = o.task_id)`;

const HAS_LOG = 'exists (select from attempt_logs l where l.task_id = o.task_id)';

/** Before their tasks: all logs of a batch of tasks in one statement took longer than any statement may. */
const DROP_LOGS_SQL = `
  with old as (
    select o.task_id from ${OLD_TASKS} and ${HAS_LOG}
    order by o.finished_at limit ${BATCH}
    for update skip locked
  ), lines as (
    select l.task_id, l.epoch, l.seq from attempt_logs l join old using (task_id) limit ${LINES}
  ), gone as (
    delete from attempt_logs l using lines x where l.task_id = x.task_id and l.epoch = x.epoch and l.seq = x.seq
  )
  select count(*)::int as dropped from lines`;

/**
 * Old tasks with all that belongs to them. `skip locked`, so that replicas which clean up at once share the work. The
 * bytes of their artifacts belong to nobody then, and go with those of uploads that broke off.
 */
const DROP_TASKS_SQL = `
  with old as (
    select o.task_id from ${OLD_TASKS} and not ${HAS_LOG}
    order by o.finished_at limit ${BATCH}
    for update skip locked
  ),
  a as (delete from attempts x using old where x.task_id = old.task_id),
  q as (delete from questions x using old where x.task_id = old.task_id),
  m as (delete from task_messages x using old where x.task_id = old.task_id),
  b as (delete from artifacts x using old where x.task_id = old.task_id),
  c as (delete from task_dependencies x using old where x.task_id = old.task_id),
  d as (delete from tasks x using old where x.id = old.task_id),
  e as (delete from settlements x using old where x.task_id = old.task_id),
  f as (delete from outcomes x using old where x.task_id = old.task_id)
  select count(*)::int as dropped from old`;

/**
 * From the front of the primary key, which is in the order of time but for what ran at the same moment; so no event needs
 * an entry in an index of times.
 */
const DROP_EVENTS_SQL = `
  with first as (
    select xid, seq from events order by xid, seq limit ${BATCH}
  ), old as (
    select e.xid, e.seq from events e join first using (xid, seq)
    where e.at < now() - make_interval(days => $1) for update of e skip locked
  ), gone as (
    delete from events e using old where e.xid = old.xid and e.seq = old.seq
  )
  select count(*)::int as dropped from old`;

/** Bytes of no artifact, a day old at least: the first 48 bits of a UUIDv7 are its time in milliseconds. A row is 1 MiB. */
const DROP_CHUNKS_SQL = `
  with old as (
    select artifact_id, seq from artifact_chunks c
    where artifact_id < (lpad(to_hex((extract(epoch from now() - interval '1 day') * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid
      and not exists (select from artifacts a where a.id = c.artifact_id)
      and $1::int is not null
    limit ${BATCH}
  ), gone as (
    delete from artifact_chunks c using old where c.artifact_id = old.artifact_id and c.seq = old.seq
  )
  select count(*)::int as dropped from old`;

/** Queues that stood empty for a day; replicas trust their memory of one for ten minutes only. */
const DROP_QUEUES_SQL = `
  with old as (
    select project_id, class_id from queues q
    where last_used_at < now() - interval '1 day' and $1::int is not null
      and not exists (select from live_tasks t where t.project_id = q.project_id and t.class_id = q.class_id)
    limit ${BATCH} for update skip locked
  ), gone as (
    delete from queues q using old where q.project_id = old.project_id and q.class_id = old.class_id
  )
  select count(*)::int as dropped from old`;

/**
 * Processes of runners that ended long ago: what they could still report was dropped before. Replicas that were killed
 * never end; one that still runs makes itself known again.
 */
const DROP_HOLDERS_SQL = `
  with old as (
    select id from holders h
    where coalesce(ended_at, case when runner_id is null then started_at end) < now() - make_interval(days => $1)
      and not exists (select from live_tasks t where t.holder_id = h.id)
      and not exists (select from runners r where r.holder_id = h.id)
    limit ${BATCH} for update skip locked
  ), gone as (
    delete from holders h using old where h.id = old.id
  )
  select count(*)::int as dropped from old`;

const DROP_ENROLMENTS_SQL = `
  with old as (
    select id from enrolment_tokens where expires_at < now() - make_interval(days => $1) limit ${BATCH} for update skip locked
  ), gone as (
    delete from enrolment_tokens e using old where e.id = old.id
  )
  select count(*)::int as dropped from old`;

/** Alerts that are over, with what was told of them. */
const DROP_ALERTS_SQL = `
  with old as (
    select id from alerts where state = 'resolved' and resolved_at < now() - make_interval(days => $1)
    limit ${BATCH} for update skip locked
  ), gone as (
    delete from alerts a using old where a.id = old.id
  )
  select count(*)::int as dropped from old`;

const STATEMENTS = [
  DROP_LOGS_SQL,
  DROP_TASKS_SQL,
  DROP_EVENTS_SQL,
  DROP_CHUNKS_SQL,
  DROP_QUEUES_SQL,
  DROP_HOLDERS_SQL,
  DROP_ENROLMENTS_SQL,
  DROP_ALERTS_SQL,
];

/**
 * Drops what is older than `days`, one small statement after the other until nothing is left or `signal` fires.
 * Answers how many rows went.
 */
export async function dropOld(db: Db, days: number, signal: AbortSignal): Promise<number> {
  let total = 0;
  for (const sql of STATEMENTS) {
    for (let dropped = 1; dropped > 0 && !signal.aborted; total += dropped) {
      const [row] = await db.query<{ dropped: number }>(sql, [days]);
      dropped = row!.dropped;
    }
  }
  return total;
}
