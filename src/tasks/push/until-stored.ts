import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../errors.ts';
import { backoffMs } from '../../lib/backoff.ts';

const RETRY = { baseMs: 100, capMs: 2000 };

/**
 * Repeats `work` for as long as the database cannot be reached and `drop` has not fired; then, and for any other error,
 * rejects with what it was.
 */
export async function untilStored<T>(work: () => Promise<T>, drop: AbortSignal): Promise<T> {
  for (let failures = 1; ; failures++) {
    drop.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError && error.code === 'unavailable')) throw error;
      // An abort ends the pause early, and the loop with it.
      await pause(backoffMs(failures, { ...RETRY, random: Math.random() }), undefined, { signal: drop }).catch(
        () => {},
      );
    }
  }
}
