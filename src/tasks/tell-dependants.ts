import type { Db } from '../db/database.ts';
import { type Settlement, settleTasks } from './settle.ts';

/** Finished tasks whose dependants are told in one transaction. */
const BATCH = 100;

/** `open` flips once an edge, so that replicas which meet the same edge cannot count it twice. */
const TAKE_SQL = `
  with finished as (
    select task_id from settlements order by task_id limit $1 for update skip locked
  ), taken as (
    delete from settlements s using finished f where s.task_id = f.task_id returning s.task_id
  ), told as (
    update task_dependencies d set open = false
    from taken where d.depends_on = taken.task_id and d.open
    returning d.task_id, d.depends_on, d.policy
  )
  select t.task_id as finished_id, d.task_id, d.policy, o.state
  from taken t join outcomes o using (task_id) left join told d on d.depends_on = t.task_id`;

const COUNT_DOWN_SQL = `
  with met as (
    select * from json_to_recordset($1) as m(task_id uuid, met int)
  ), locked as (
    -- Not now(): a task that was submitted after this transaction began would look as if it were for later.
    select t.id, m.met, clock_timestamp() as at from live_tasks t join met m on m.task_id = t.id order by t.id for update of t
  ), counted as (
    update live_tasks t
    set open_dependencies = t.open_dependencies - l.met,
      ready = t.open_dependencies = l.met and t.available_at <= l.at,
      available_at = case when t.open_dependencies = l.met then greatest(t.available_at, l.at) else t.available_at end,
      state = case when t.open_dependencies = l.met and t.available_at <= l.at then 'queued' else t.state end
    from locked l where t.id = l.id
    returning t.id, t.project_id, t.ready
  )
  insert into events (project_id, task_id, type, actor)
  select project_id, id, 'task.queued', 'coordinator' from counted where ready`;

type Told = { task_id: string | null; policy: 'fail' | 'skip' | 'run'; state: string };

/**
 * Tells the tasks that waited for finished ones: a dependency that succeeded, or with policy `run` ended anyhow, counts
 * as met; else the policy `fail` fails the task and `skip` cancels it. Answers how many finished tasks it dealt with.
 * Safe on every replica at once.
 */
export function tellDependants(db: Db, leaseGraceMs: number): Promise<number> {
  return db.transaction(async (trx) => {
    const told = await trx.query<Told>(TAKE_SQL, [BATCH]);
    const edges = told.filter((edge) => edge.task_id !== null) as (Told & { task_id: string })[];
    const broken = edges.filter((edge) => edge.state !== 'succeeded' && edge.policy !== 'run');
    const met = Map.groupBy(
      edges.filter((edge) => !broken.includes(edge)),
      (edge) => edge.task_id,
    );
    const counts = [...met].map(([task_id, ofTask]) => ({ task_id, met: ofTask.length }));
    if (counts.length) await trx.query(COUNT_DOWN_SQL, [JSON.stringify(counts)]);
    if (broken.length) await settleTasks(trx, toSettlements(broken), leaseGraceMs);
    return told.length;
  });
}

/** A task that one dependency fails and another skips is failed: the louder of the two. */
function toSettlements(broken: (Told & { task_id: string })[]): Settlement[] {
  const failing = new Set(broken.filter((edge) => edge.policy === 'fail').map((edge) => edge.task_id));
  return [...new Set(broken.map((edge) => edge.task_id))].map((task_id) => ({
    task_id,
    epoch: null,
    end: failing.has(task_id) ? 'dependency' : 'skipped',
    actor: 'coordinator',
    error: { code: 'dependency', message: 'A task that this one depends on ended without success.' },
  }));
}
