/**
 * The time that an attempt may take. It stands still while the attempt waits for a person, also for several answers at
 * once: it goes on when the last of them is there.
 */
export class AttemptClock {
  readonly #onOver: () => void;
  #leftMs: number;
  #startedAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #pauses = 0;

  /** Calls `onOver` `limitMs` milliseconds from now without the pauses; never for Infinity. */
  constructor(limitMs: number, onOver: () => void) {
    this.#leftMs = limitMs;
    this.#onOver = onOver;
    this.#start();
  }

  /** Stops the clock, until `resume` was called as often. */
  pause(): void {
    if (this.#pauses++ > 0) return;
    this.stop();
    this.#leftMs -= performance.now() - this.#startedAt;
  }

  /** Ends one pause. */
  resume(): void {
    if (--this.#pauses === 0) this.#start();
  }

  /** After its end: calls `onOver` again so much later. */
  allow(leftMs: number): void {
    this.#leftMs = leftMs;
    if (!this.#pauses) this.#start();
  }

  /** Nothing is called any more, unless it is resumed. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #start(): void {
    this.#startedAt = performance.now();
    if (this.#leftMs !== Infinity) this.#timer = setTimeout(this.#onOver, Math.max(0, this.#leftMs));
  }
}
