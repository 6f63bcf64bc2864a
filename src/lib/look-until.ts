import { setTimeout as pause } from 'node:timers/promises';
import { timeLimit } from './time-limit.ts';

type Patience = {
  /** Tells of news, so that the next look comes at once; returns what ends that. News may be lost. */
  hear: (news: () => void) => () => void;
  /** Milliseconds after which the last look is given as it is; 0: one look. */
  waitMs: number;
  /** Fires when nobody waits any more. */
  signal: AbortSignal;
};

/** News is only a hint; a look every second finds what it missed. */
const LOOK_MS = 1000;

/** Looks until what it sees is enough, the time has passed or the signal fires, and gives what it saw last. */
export async function lookUntil<T>(look: () => Promise<T>, isEnough: (seen: T) => boolean, patience: Patience) {
  const { hear, waitMs, signal } = patience;
  using limit = timeLimit(waitMs);
  const over = waitMs > 0 ? AbortSignal.any([signal, limit.signal]) : AbortSignal.abort();
  let news = new AbortController();
  const stop = hear(() => news.abort());
  try {
    for (;;) {
      // Before the look: what is told while it is under way must not be missed.
      news = new AbortController();
      const seen = await look();
      if (isEnough(seen) || over.aborted) return seen;
      await pause(LOOK_MS, undefined, { signal: AbortSignal.any([over, news.signal]) }).catch(() => {}); // Time to look.
    }
  } finally {
    stop();
  }
}
