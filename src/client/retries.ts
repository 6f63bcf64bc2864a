import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../lib/backoff.ts';
import { WhooshError } from './whoosh-error.ts';

/** How long and how often a call is repeated when the server is away (no connection, 429, 502, 503, 504). */
export type RetryPolicy = {
  /** No new try begins later than this many milliseconds after the first one; Infinity leaves it to the signal. */
  withinMs: number;
  /** Wait before the second try, in milliseconds; it doubles up to `capMs`, with jitter. Default 250. */
  baseMs?: number;
  /** Longest wait of our own, in milliseconds; a Retry-After may be longer. Default 15,000. */
  capMs?: number;
  /** Errors for which a repeat is not worth its wait, though one might mend them. */
  giveUpOn?: ((error: WhooshError) => boolean) | undefined;
  /** Told before each wait. */
  onRetry?: ((error: WhooshError, waitMs: number) => void) | undefined;
};

const AWAY = new Set([429, 502, 503, 504]);

/** Does `work`, and again as the policy allows when it throws that the server is away; without a policy, once. */
export async function withRetries<T>(
  work: () => Promise<T>,
  { retry, signal }: { retry?: RetryPolicy | undefined; signal?: AbortSignal | undefined },
): Promise<T> {
  const giveUpAt = performance.now() + (retry?.withinMs ?? 0);
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      await waitOrThrow(error, failures, { retry, signal, giveUpAt });
    }
  }
}

type Waiting = { retry?: RetryPolicy | undefined; signal?: AbortSignal | undefined; giveUpAt: number };

/**
 * Waits as long as the error and the number of failures in a row ask for. Throws the error itself when no repeat can
 * mend it or the wait would end after `giveUpAt`, and the signal's reason when that ends the wait.
 */
export async function waitOrThrow(error: unknown, failures: number, { retry, signal, giveUpAt }: Waiting) {
  // An abort may come with a reason that looks like a server that is away.
  signal?.throwIfAborted();
  const isWorthIt = retry && isAway(error) && !retry.giveUpOn?.(error);
  const waitMs = isWorthIt ? waitBefore(error, failures, retry) : Infinity;
  // `>=`, so that even an endless policy ends for an error that no repeat can mend.
  if (performance.now() + waitMs >= giveUpAt) throw error;
  retry?.onRetry?.(error as WhooshError, waitMs);
  await pauseUnlessAborted(waitMs, signal);
}

/** Waits; throws the signal's reason when that fires before. */
export async function pauseUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // Node wraps the reason into its own AbortError; the caller is promised the reason itself.
  await pause(ms, undefined, { signal }).catch(() => {});
  signal?.throwIfAborted();
}

function isAway(error: unknown): error is WhooshError {
  if (!(error instanceof WhooshError)) return false;
  return AWAY.has(error.status) || error.code === 'unreachable' || error.code === 'timeout';
}

function waitBefore(error: WhooshError, failures: number, { baseMs = 250, capMs = 15_000 }: RetryPolicy): number {
  const own = backoffMs(failures, { baseMs, capMs, random: Math.random() });
  return Math.max(own, (error.retryAfter ?? 0) * 1000);
}
