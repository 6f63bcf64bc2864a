import { AppError } from '../../errors.ts';
import type { AttemptRef } from '../attempt-schema.ts';
import { completeAttempt } from '../complete.ts';
import type { TaskDesk } from '../desk.ts';
import { type Report, reportAttempt } from '../report.ts';
import type { End } from './do-attempt.ts';

type Ref = AttemptRef & { holder_id: string; actor: string };

/**
 * Reports an end; what came too late is dropped, and what the database cannot store is a failed attempt. Rejects only
 * while the database cannot be reached.
 */
export async function reportEnd(desk: TaskDesk, ref: Ref, end: NonNullable<End>): Promise<void> {
  try {
    await send(desk, ref, end);
  } catch (error) {
    if (isUnstorable(error) && end !== UNSTORABLE) {
      desk.context.log.error({ err: error, task_id: ref.task_id }, 'An outcome cannot be stored');
      return reportEnd(desk, ref, UNSTORABLE);
    }
    if (!(error instanceof AppError) || error.code === 'unavailable') throw error;
    if (error.code === 'result_too_large') return reportEnd(desk, ref, tooLarge(end, error));
    desk.context.log.debug({ err: error, task_id: ref.task_id }, 'An outcome came too late');
  }
}

/** SQLSTATE 22: the data are what the database does not take. Unreported, the task would count its holder as lost. */
const isUnstorable = (error: unknown): boolean => /^22/.test(String((error as { code?: unknown }).code));

const UNSTORABLE: NonNullable<End> = {
  end: 'retry',
  error: { code: 'internal', message: 'What the model answered cannot be stored; the log of the server says why.' },
};

function send(desk: TaskDesk, ref: Ref, end: NonNullable<End>) {
  if (end.end === 'succeeded') return completeAttempt(desk, { ...ref, ...end });
  return reportAttempt(desk, { ...ref, ...end } as Report);
}

const tooLarge = ({ usage }: NonNullable<End>, { message }: AppError): NonNullable<End> => ({
  end: 'failed',
  error: { code: 'result_too_large', message },
  usage,
});
