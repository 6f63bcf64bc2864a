import type { AttemptApi } from './attempt-api.ts';

/** While it waits for an answer no time passes; only to see when that has changed. */
const LOOK_AGAIN_MS = 1000;

/**
 * Milliseconds that an attempt may still take after `tookMs`. The time in which it waited for answers does not count, and
 * only the server knows it: a command asks for itself. 0 or less: its time is over, also when the server does not say.
 */
export async function timeLeft(api: AttemptApi, limitMs: number, tookMs: number): Promise<number> {
  // Without an answer nothing speaks for it: its lease is lost, or the server has been away for long.
  const own = await api.showOwn().catch(() => ({ awaiting_input: false, awaited_ms: 0 }));
  const leftMs = limitMs + own.awaited_ms - tookMs;
  return own.awaiting_input ? Math.max(leftMs, LOOK_AGAIN_MS) : leftMs;
}
