import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { closeQuestions } from './close.ts';
import { readQuestion } from './read.ts';
import type { QuestionView } from './schema.ts';

/**
 * Tells whoever asked that there will be no answer; a repeat is harmless. Refuses: invalid_state when the question was
 * answered or has expired.
 */
export async function dismissQuestion(db: Db, { id, task_id }: QuestionView, by: string): Promise<QuestionView> {
  await closeQuestions(db, [{ id, task_id, state: 'dismissed', answer: null, by }]);
  const question = await readQuestion(db, id);
  if (question.state === 'dismissed') return question;
  throw new AppError(
    'invalid_state',
    `The question ${question.state === 'expired' ? 'has' : 'was'} ${question.state}.`,
  );
}
