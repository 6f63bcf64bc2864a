import { AppError } from '../../errors.ts';
import type { AttemptRef } from '../attempt-schema.ts';
import { completeAttempt } from '../complete.ts';
import type { TaskDesk } from '../desk.ts';
import { type Report, reportAttempt } from '../report.ts';
import type { End } from './do-attempt.ts';

type Ref = AttemptRef & { holder_id: string; actor: string };

/** Reports an end; what came too late is dropped. Rejects only while the database cannot be reached. */
export async function reportEnd(desk: TaskDesk, ref: Ref, end: NonNullable<End>): Promise<void> {
  try {
    await send(desk, ref, end);
  } catch (error) {
    if (!(error instanceof AppError) || error.code === 'unavailable') throw error;
    if (error.code === 'result_too_large') return reportEnd(desk, ref, tooLarge(end, error));
    desk.context.log.debug({ err: error, task_id: ref.task_id }, 'An outcome came too late');
  }
}

function send(desk: TaskDesk, ref: Ref, end: NonNullable<End>) {
  if (end.end === 'succeeded') return completeAttempt(desk, { ...ref, ...end });
  return reportAttempt(desk, { ...ref, ...end } as Report);
}

const tooLarge = ({ usage }: NonNullable<End>, { message }: AppError): NonNullable<End> => ({
  end: 'failed',
  error: { code: 'result_too_large', message },
  usage,
});
