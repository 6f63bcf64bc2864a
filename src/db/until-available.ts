import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { backoffMs } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { reasonOf } from './reason-of.ts';

type Waiting = {
  retry: Pick<Config, 'dbRetryBaseMs' | 'dbRetryCapMs'>;
  log: Log;
  /** Ends the wait (AbortError). */
  signal?: AbortSignal | undefined;
};

/**
 * Does `work` again, for ever and with growing pauses, while it is refused as `unavailable`; says each time in the log
 * what it waits for. Any other error passes. `work` must bear being begun anew.
 */
export async function untilAvailable<T>(work: () => Promise<T>, { retry, log, signal }: Waiting): Promise<T> {
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'unavailable') throw error;
      const pauses = { baseMs: retry.dbRetryBaseMs, capMs: retry.dbRetryCapMs, random: Math.random() };
      const waitMs = backoffMs(failures, pauses);
      log.warn({ reason: reasonOf(error), retry_in_ms: waitMs }, 'Waiting for PostgreSQL');
      await pause(waitMs, undefined, { signal });
    }
  }
}
