import type { Db } from '../db/database.ts';
import { QUESTION_COLUMNS, QUESTION_JOIN } from './question-columns.ts';
import type { QuestionView } from './schema.ts';

export type QuestionFilter = {
  project_id: string | null;
  task_id: string | null;
  state: QuestionView['state'];
  /** The last question of the page before. */
  after_id: string | undefined;
  limit: number;
};

const listSql = (beyond: '<' | '>', order: 'asc' | 'desc') => `
  select ${QUESTION_COLUMNS} from ${QUESTION_JOIN}
  where q.state = $1 and ($2::uuid is null or q.project_id = $2) and ($3::uuid is null or q.task_id = $3)
    and ($4::uuid is null or q.id ${beyond} $4)
  order by q.id ${order} limit $5`;

/** Questions in a state: those that are pending oldest first, as they have waited longest; all others newest first. */
export const listQuestions = (
  db: Db,
  { project_id, task_id, state, after_id, limit }: QuestionFilter,
): Promise<QuestionView[]> =>
  db.query<QuestionView>(state === 'pending' ? listSql('>', 'asc') : listSql('<', 'desc'), [
    state,
    project_id,
    task_id,
    after_id ?? null,
    limit,
  ]);
