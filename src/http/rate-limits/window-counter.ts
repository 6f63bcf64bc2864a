const WINDOW_MS = 60_000;

/** One subject's minute, which begins with its first request. */
type Window = {
  /** Admitted here, how much of it the others were told, and what they have admitted. */
  mine: number;
  told: number;
  others: number;
  until: number;
};

/** What the others have to know: `n` more requests of `subject`. */
export type Count = { subject: string; n: number };

/**
 * Counts requests of subjects, `limit` each in a minute; 0 is no limit. Of 20,000 subjects at most (some 3 MiB): an
 * attack from more addresses pushes out who has not come for long, and begins a new minute then.
 */
export class WindowCounter {
  readonly limit: number;
  // Two halves, the older of which is forgotten as a whole: to delete the oldest entry of a full Map, one by one, cost
  // 80 µs each, as it looks over what was deleted before.
  #young = new Map<string, Window>();
  #old = new Map<string, Window>();
  readonly #untold = new Set<string>();
  readonly #most: number;
  readonly #now: () => number;

  /** `now` is a clock in milliseconds that only goes forward. */
  constructor(limit: number, { most = 20_000, now = () => performance.now() } = {}) {
    this.limit = limit;
    this.#most = most;
    this.#now = now;
  }

  /** Milliseconds until the subject may come again; 0 when it may now. */
  waitFor(subject: string): number {
    const window = this.limit === 0 ? undefined : this.#find(subject);
    if (!window || window.mine + window.others < this.limit) return 0;
    return Math.max(0, window.until - this.#now());
  }

  /** Counts a request of the subject that was let in. */
  add(subject: string): void {
    if (this.limit === 0) return;
    const window = this.#current(subject);
    window.mine += 1;
    // Few requests from many addresses are nobody's business but ours: only a twentieth of the limit is told.
    const isMuch = window.mine - window.told >= this.limit / 20;
    if (isMuch && this.#untold.size < this.#most) this.#untold.add(subject);
  }

  /** What the others were not told yet, `most` subjects at most; it stays so until they are heard. */
  untold(most: number): Count[] {
    const counts: Count[] = [];
    for (const subject of this.#untold) {
      const window = this.#find(subject);
      if (!window) this.#untold.delete(subject);
      else if (counts.length < most) counts.push({ subject, n: window.mine - window.told });
    }
    return counts;
  }

  /** The others were told of `n`, and all together have admitted `total`, in a minute that ends in `leftMs`. */
  hear({ subject, n }: Count, total: number, leftMs: number): void {
    this.#untold.delete(subject);
    const window = this.#find(subject);
    // Another minute has begun here meanwhile.
    if (!window || window.mine - window.told < n) return;
    window.told += n;
    window.others = Math.max(0, total - window.told);
    window.until = Math.min(window.until, this.#now() + leftMs);
  }

  #current(subject: string): Window {
    const known = this.#find(subject);
    if (known && this.#young.has(subject) && known.until > this.#now()) return known;
    if (this.#young.size >= this.#most / 2) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    const isOver = !known || known.until <= this.#now();
    const window = isOver ? { mine: 0, told: 0, others: 0, until: this.#now() + WINDOW_MS } : known;
    this.#young.set(subject, window);
    return window;
  }

  #find(subject: string): Window | undefined {
    return this.#young.get(subject) ?? this.#old.get(subject);
  }
}
