import { isDeepStrictEqual } from 'node:util';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { closeQuestions } from './close.ts';
import { readQuestion } from './read.ts';
import { requireFitting } from './require-fitting.ts';
import type { Answer, QuestionView } from './schema.ts';

/**
 * Answers a pending question, whether the attempt that asked still runs or not: the next one finds the answer. The same
 * answer again is taken as it is. Refuses: invalid_request (not one of the options, text where none is taken),
 * invalid_state (another answer, dismissed, expired).
 */
export async function answerQuestion(db: Db, asked: QuestionView, answer: Answer, by: string): Promise<QuestionView> {
  const { id, task_id } = asked;
  requireFitting(asked, answer);
  await closeQuestions(db, [{ id, task_id, state: 'answered', answer, by }]);
  const question = await readQuestion(db, id);
  if (question.state === 'answered' && isDeepStrictEqual(question.answer, answer)) return question;
  throw new AppError('invalid_state', SENTENCES[question.state as Exclude<QuestionView['state'], 'pending'>](question));
}

const SENTENCES = {
  answered: ({ answer, answered_by }: QuestionView) =>
    `The question was answered with ${JSON.stringify(answer?.option ?? answer?.text)} by ${answered_by} already.`,
  dismissed: ({ answered_by }: QuestionView) =>
    answered_by === 'coordinator'
      ? 'The question was dismissed, since its task has ended.'
      : `The question was dismissed by ${answered_by}.`,
  expired: ({ expires_at }: QuestionView) => `The question expired at ${expires_at}.`,
};
