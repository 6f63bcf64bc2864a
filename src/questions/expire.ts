import type { Db } from '../db/database.ts';
import { type Closing, closeQuestions } from './close.ts';

/** Questions closed in one go; more are found at once by the next. */
const BATCH = 100;

const OVERDUE_SQL = `
  select q.id, q.task_id,
    case when q.default_answer is null then 'expired' else 'answered' end as state, q.default_answer as answer,
    case when q.default_answer is null then 'coordinator' else 'default' end as by
  from questions q left join live_tasks l on l.id = q.task_id
  where q.state = 'pending' and (l.id is null or q.expires_at <= now())
  order by q.id limit ${BATCH}`;

/**
 * Closes what nobody will answer: past its time a question is answered by its default, or expires without one; when its
 * task has ended it is dismissed. Answers how many. Safe on every replica at once.
 */
export async function expireQuestions(db: Db): Promise<number> {
  const overdue = await db.query<Closing>(OVERDUE_SQL, [], { name: 'questions-overdue' });
  return overdue.length ? (await closeQuestions(db, overdue)).length : 0;
}
