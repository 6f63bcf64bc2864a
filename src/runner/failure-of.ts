import { AttemptFailure } from './attempt-failure.ts';

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Any error as the failure of an attempt: a full disk is `disk_full`, what nobody foresaw is `runner_error`. Both are
 * retryable, because another runner may have the room or the luck.
 */
export function failureOf(error: unknown): AttemptFailure {
  if (error instanceof AttemptFailure) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code && FULL.has(code))
    return new AttemptFailure('disk_full', `The disk of the runner is full: ${message}`, true, error);
  return new AttemptFailure('runner_error', `The runner could not do it: ${message}`, true, error);
}
