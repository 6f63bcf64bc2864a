import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { QUESTION_COLUMNS, QUESTION_JOIN } from './question-columns.ts';
import type { QuestionView } from './schema.ts';

const READ_SQL = `
  select ${QUESTION_COLUMNS} from ${QUESTION_JOIN} where q.id = $1 and ($2::uuid is null or q.project_id = $2)`;

/** One question. Refuses: not_found, also when it belongs to another project than `projectId`. */
export async function readQuestion(db: Db, id: string, projectId: string | null = null): Promise<QuestionView> {
  const [question] = await db.query<QuestionView>(READ_SQL, [id, projectId], { name: 'questions-read' });
  if (!question) throw new AppError('not_found', `There is no question ${id}.`);
  return question;
}
