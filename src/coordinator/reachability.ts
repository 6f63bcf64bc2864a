/**
 * Since when leases could be renewed without a break. After an outage longer than a lease every lease looks dead, so
 * none is taken away before holders have had one whole lease to renew; else the fleet's work would run twice.
 */
export class Reachability {
  readonly #leaseTtlMs: number;
  readonly #refusedAt: () => number;
  readonly #now: () => number;
  #since: number | null = null;
  #lastOk: number | null = null;

  /**
   * `refusedAt` tells when the database last did not do what would have renewed a lease: it may answer and hold such
   * statements up, as under a lock of somebody else. `now` is a clock in milliseconds that only goes forward, for both.
   */
  constructor(leaseTtlMs: number, refusedAt: () => number, now: () => number = () => performance.now()) {
    this.#leaseTtlMs = leaseTtlMs;
    this.#refusedAt = refusedAt;
    this.#now = now;
  }

  /**
   * Asks the database by `ask` and answers whether leases may be taken away. A gap between two looks of more than a
   * lease counts as an outage too: this process may have been paused with the database behind it.
   */
  async observe(ask: () => Promise<unknown>): Promise<boolean> {
    const gap = this.#lastOk === null ? 0 : this.#now() - this.#lastOk;
    if (gap > this.#leaseTtlMs) this.#since = null;
    try {
      await ask();
    } catch (error) {
      this.#since = null;
      throw error;
    }
    this.#lastOk = this.#now();
    this.#since = Math.max(this.#since ?? this.#lastOk, this.#refusedAt());
    return this.#lastOk - this.#since >= this.#leaseTtlMs;
  }
}
