import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { lookUntil } from '../lib/look-until.ts';
import type { AttemptRef } from '../tasks/attempt-schema.ts';
import { noLease } from '../tasks/no-lease.ts';
import { QUESTION_COLUMNS, QUESTION_JOIN } from './question-columns.ts';
import type { QuestionView } from './schema.ts';

type Seen = QuestionView & { holds: boolean };

const LOOK_SQL = `
  select ${QUESTION_COLUMNS},
    exists (select from live_tasks l where l.id = q.task_id and l.epoch = $3 and l.holder_id is not null) as holds
  from ${QUESTION_JOIN} where q.id = $1 and q.task_id = $2`;

/**
 * The question of the attempt's task as soon as it is no longer pending, or as it is after `waitMs` or when `signal`
 * fires. Refuses: not_found (also for a question of another task), lease_lost as soon as the attempt has lost it.
 */
export async function waitForAnswer(
  { control, subscribe }: Context,
  attempt: AttemptRef,
  id: string,
  { waitMs, signal }: { waitMs: number; signal: AbortSignal },
): Promise<QuestionView> {
  const look = () => lookAt(control, attempt, id);
  return lookUntil(look, ({ state }) => state !== 'pending', {
    hear: (news) => subscribe('questions', news),
    waitMs,
    signal,
  });
}

async function lookAt(db: Context['control'], { task_id, epoch }: AttemptRef, id: string): Promise<QuestionView> {
  const [seen] = await db.query<Seen>(LOOK_SQL, [id, task_id, epoch], { name: 'questions-look' });
  if (!seen) throw new AppError('not_found', `There is no question ${id} of this task.`);
  const { holds, ...question } = seen;
  if (!holds) throw noLease({ task_id, epoch });
  return question;
}
