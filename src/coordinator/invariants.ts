import { COUNTS } from '../tasks/counts.ts';

/** One promise of the contract as SQL: counts what breaks it among tasks that are unfinished or ended since `$1`. */
type Invariant = { id: string; sentence: string; sql: string };

/** The one that has a measurement and an alert rule of its own. */
export const NO_ORPHANS = 'I8';

const RECENT = `select * from outcomes where finished_at >= $1::timestamptz`;

/**
 * Every count must be 0. The auditor asks each minute about the last minutes; tests ask about everything, with
 * `-infinity`.
 */
export const INVARIANTS: Invariant[] = [
  {
    id: 'I1',
    sentence: 'No attempt has an epoch that its task has not reached',
    sql: `select count(*)::int as broken from live_tasks t join attempts a on a.task_id = t.id
          where a.epoch > t.epoch and $1::timestamptz is not null`,
  },
  {
    id: 'I2',
    sentence: 'A task is unfinished or has one outcome, never both; a success comes from exactly one attempt',
    sql: `with recent as (${RECENT})
          select (select count(*) from live_tasks t join outcomes o on o.task_id = t.id)::int
            + (select count(*) from recent r where r.state = 'succeeded' and 1 <> (
                select count(*) from attempts a where a.task_id = r.task_id and a.outcome = 'succeeded'))::int
            + (select count(*) from recent r where r.state <> 'succeeded' and exists (
                select from attempts a where a.task_id = r.task_id and a.outcome = 'succeeded'))::int as broken`,
  },
  {
    id: 'I3',
    sentence: 'Only the attempt of the current epoch is open, and only while its task is held',
    sql: `select count(*)::int as broken from attempts a
          left join live_tasks t on t.id = a.task_id and t.epoch = a.epoch and t.holder_id = a.holder_id
          where a.ended_at is null and t.id is null and a.claimed_at >= $1::timestamptz`,
  },
  {
    id: 'I4',
    sentence: 'Every outcome has its event',
    sql: `with recent as (${RECENT})
          select count(*)::int as broken from recent r where not exists (
            select from events e where e.task_id = r.task_id and e.type = 'task.' || r.state)`,
  },
  {
    id: 'I5',
    sentence: 'The slots in use of an agent are those of its live leases, and never more than it has',
    sql: `select count(*)::int as broken from agent_slots s
          left join (select agent_id, sum(slots) as used from live_tasks where holder_id is not null group by 1) l using (agent_id)
          where (s.used <> coalesce(l.used, 0) or s.used > s.max_concurrent) and $1::timestamptz is not null`,
  },
  {
    id: NO_ORPHANS,
    sentence: 'No orphan: something will wake every unfinished task',
    sql: `select (
            select count(*) from live_tasks t where t.open_dependencies > t.needs_approval::int and not exists (
              select from task_dependencies d where d.task_id = t.id and d.open and (
                exists (select from live_tasks l where l.id = d.depends_on)
                or exists (select from settlements s where s.task_id = d.depends_on)))
          )::int + (
            select count(*) from live_tasks t where t.holder_id is null and not t.ready and t.open_dependencies <= 0
              and t.available_at < now() - interval '1 minute'
          )::int + (
            select count(*) from live_tasks t where t.needs_approval and t.open_dependencies < 1
          )::int + (
            select count(*) from live_tasks t where t.ready and not exists (
              select from queues q where q.project_id = t.project_id and q.class_id = t.class_id)
          )::int + (
            select count(*) from live_tasks t where t.holder_id is not null and t.lease_expires_at < now() - interval '10 minutes'
          )::int as broken
          where $1::timestamptz is not null`,
  },
  {
    id: 'I13',
    sentence: 'Nobody is asked for a task that ended more than a minute ago',
    sql: `select count(*)::int as broken from questions q
          where q.state = 'pending' and $1::timestamptz is not null
            and not exists (select from live_tasks t where t.id = q.task_id)
            and not exists (select from outcomes o where o.task_id = q.task_id and o.finished_at > now() - interval '1 minute')`,
  },
  {
    id: 'I9',
    sentence: 'A task has no more attempts than it may, those handed back aside',
    sql: `with recent as (${RECENT})
          select count(*)::int as broken from recent r join tasks t on t.id = r.task_id
          where t.max_attempts < (
            select count(*) from attempts a where a.task_id = t.id and ${COUNTS})`,
  },
];
