import type { Db } from '../db/database.ts';
import type { Head, ProjectShare, Queue } from './assign.ts';
import type { FullNeeds } from './full-needs.ts';

type HeadRow = {
  project_id: string;
  class_id: number;
  since_oldest: number;
  needs: FullNeeds | null;
  task_id: string | null;
  epoch: number;
  priority: number;
  slots: number;
  oldest: boolean;
  running: number;
  weight: number;
  /** Most heads that were read of the queue. */
  front: number;
};

/**
 * Tasks that a look reads at about the most, of all queues together: 200 of each of 1,000 queues took seconds. Of each
 * it reads four at least, and a round ends early when it has given all that was read of one (`assign`).
 */
const MOST_READ = 2000;
const FEWEST_OF_A_QUEUE = 4;

/**
 * The next tasks, `$3` of each at the most, of every queue of the classes `$1`, and the needs of every class with a queue
 * that is not among the known `$2`. Reads only; flat in the number of queued tasks, for it touches the front of each
 * queue's index.
 * Held tasks are asked for by a range and not by "is not null": of that PostgreSQL, before it has counted, expects most of
 * the table, and read all of it (38 of 39 ms with 75,000 queued) instead of the index of those that are held.
 * "is true" has the classes hashed: without it each queue is held against each of them, one by one.
 * Goes by plain index scans (the connections of `control`), which drop what has left the queue from the index.
 */
const HEADS_SQL = `
  with running as (
    select project_id, count(*)::int as running from live_tasks
    where holder_id between '00000000-0000-0000-0000-000000000000' and 'ffffffff-ffff-ffff-ffff-ffffffffffff'
    group by project_id
  ), claimable as not materialized (
    select id as task_id, project_id, class_id, epoch, priority, slots from live_tasks
    where ready and coalesce(deadline_at > now(), true)
      and (attempts > 0 or coalesce(queue_deadline_at > now(), true))
  ), wanted as materialized (
    select * from queues where (class_id in (select value::bigint from json_array_elements_text($1))) is true
  ), front as materialized (
    select least($3, greatest(${FEWEST_OF_A_QUEUE}, ${MOST_READ} / greatest(count(*), 1)))::int as size from wanted
  )
  select q.project_id, q.class_id, q.since_oldest, null as needs, h.*, coalesce(r.running, 0) as running, p.weight,
    (select size from front) as front
  from wanted q
  cross join lateral (
    (select t.task_id, t.epoch, t.priority, t.slots, false as oldest from claimable t
     where t.project_id = q.project_id and t.class_id = q.class_id
     order by t.priority desc, t.task_id limit (select size from front))
    union all
    (select t.task_id, t.epoch, t.priority, t.slots, true from claimable t
     where t.project_id = q.project_id and t.class_id = q.class_id
     order by t.task_id limit (select size / 10 + 1 from front))
  ) h
  join projects p on p.id = q.project_id
  left join running r on r.project_id = q.project_id
  union all
  select q.project_id, q.class_id, 0, c.needs, null, 0, 0, 0, false, 0, 1, 0
  from queues q join needs_classes c on c.id = q.class_id
  where q.class_id not in (select value::bigint from json_array_elements_text($2))`;

export type Heads = { queues: Queue[]; shares: Map<string, ProjectShare>; unknown: Map<number, FullNeeds> };

/** The fronts of the queues of `classes`, at most `limit` tasks of each, and classes that are not among `known`. */
export async function readHeads(db: Db, classes: number[], known: number[], limit: number): Promise<Heads> {
  const rows = await db.query<HeadRow>(HEADS_SQL, [JSON.stringify(classes), JSON.stringify(known), limit], {
    name: 'tasks-heads',
  });
  const queues = new Map<string, Queue>();
  const heads: Heads = { queues: [], shares: new Map(), unknown: new Map() };
  for (const row of rows) {
    if (row.needs) heads.unknown.set(row.class_id, row.needs);
    else addHead(queues, heads.shares, row);
  }
  heads.queues = [...queues.values()];
  for (const queue of heads.queues) {
    queue.heads.sort(byPriority);
    queue.oldest.sort(byAge);
  }
  return heads;
}

// The joins happen to keep the order of the index scans below them, but need not.
const byAge = (a: Head, b: Head): number => (a.task_id < b.task_id ? -1 : 1);
const byPriority = (a: Head, b: Head): number => b.priority - a.priority || byAge(a, b);

function addHead(queues: Map<string, Queue>, shares: Map<string, ProjectShare>, row: HeadRow): void {
  const { project_id, class_id, since_oldest } = row;
  const key = `${project_id}/${class_id}`;
  const queue = queues.get(key) ?? { project_id, class_id, since_oldest, heads: [], oldest: [], has_more: false };
  queues.set(key, queue);
  shares.set(project_id, { running: row.running, weight: row.weight });
  const head: Head = { task_id: row.task_id!, epoch: row.epoch, priority: row.priority, slots: row.slots };
  (row.oldest ? queue.oldest : queue.heads).push(head);
  queue.has_more = queue.heads.length >= row.front;
}
