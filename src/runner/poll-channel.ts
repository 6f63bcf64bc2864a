import { setTimeout as pause } from 'node:timers/promises';
import type { WhooshError } from '../client/whoosh-error.ts';
import { backoffMs } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';

type Call<T> = (signal: AbortSignal) => Promise<T>;

/** One call to the server at a time, which can be cut short because there is something newer to say. */
export class PollChannel {
  readonly #log: Log;
  #waker = new AbortController();
  #failures = 0;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Makes the call; undefined when it was woken. Throws what the call throws. */
  async call<T>(call: Call<T>): Promise<T | undefined> {
    const waker = new AbortController();
    this.#waker = waker;
    try {
      const answer = await call(waker.signal);
      if (this.#failures) this.#log.info('The server answers again');
      this.#failures = 0;
      return answer;
    } catch (error) {
      if (waker.signal.aborted) return undefined;
      throw error;
    }
  }

  /** Cuts a call or a pause short. */
  wake(): void {
    this.#waker.abort();
  }

  /** Waits, until it is woken. */
  async pause(ms: number): Promise<void> {
    this.#waker = new AbortController();
    await pause(ms, undefined, { signal: this.#waker.signal }).catch(() => {});
  }

  /** Waits after a failure: ever longer up to `capMs`, with jitter, or as long as the server asks up to `capMs`. */
  async backOff(error: WhooshError, capMs: number): Promise<void> {
    this.#failures++;
    if (this.#failures === 1)
      this.#log.warn({ code: error.code }, `No answer from the server; work goes on: ${error.message}`);
    const ownMs = backoffMs(this.#failures, { baseMs: 250, capMs, random: Math.random() });
    await this.pause(Math.max(ownMs, Math.min(capMs, (error.retryAfter ?? 0) * 1000)));
  }
}
