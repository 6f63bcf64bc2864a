import type { Db } from '../db/database.ts';
import { keepClock } from './keep-clock.ts';
import type { Answer } from './schema.ts';

/** How a pending question ends. */
export type Closing = {
  id: string;
  task_id: string;
  state: 'answered' | 'dismissed' | 'expired';
  answer: Answer | null;
  /** Who answered or dismissed it: an actor's name, `default`, or `coordinator`. */
  by: string;
};

const LOCK_TASKS_SQL = 'select from live_tasks where id = any($1) order by id for update';

const CLOSE_SQL = `
  with given as (
    select * from json_to_recordset($1) as g(id uuid, state text, answer json, by text)
  ), pending as (
    -- An answer that comes when the task has ended would never be read.
    select q.id, case when l.id is null then 'dismissed' else g.state end as state,
      case when l.id is not null then g.answer end as answer,
      case when l.id is null and g.state <> 'dismissed' then 'coordinator' else g.by end as by
    from questions q join given g using (id) left join live_tasks l on l.id = q.task_id
    where q.state = 'pending' order by q.id for update of q
  ), closed as (
    update questions q set state = p.state, answer = p.answer, answered_by = p.by, answered_at = now()
    from pending p where q.id = p.id
    returning q.*
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, task_id, 'question.' || state, case answered_by when 'default' then 'coordinator' else answered_by end,
      json_build_object('question_id', id, 'epoch', epoch, 'title', title, 'answer', answer, 'by', answered_by)
    from closed
  )
  select id from closed`;

/**
 * Ends pending questions, records by whom, and lets the clocks of those who waited go on; answers the ids of those that
 * it ended, which leaves out what somebody else ended first. A question of a task that has ended is dismissed, whatever
 * was meant. Locks live_tasks by id, then questions by id.
 */
export function closeQuestions(db: Db, closings: Closing[]): Promise<string[]> {
  const tasks = [...new Set(closings.map(({ task_id }) => task_id))];
  return db.transaction(async (trx) => {
    await trx.query(LOCK_TASKS_SQL, [tasks]);
    const closed = await trx.query<{ id: string }>(CLOSE_SQL, [JSON.stringify(closings)]);
    await keepClock(trx, tasks);
    return closed.map(({ id }) => id);
  });
}
