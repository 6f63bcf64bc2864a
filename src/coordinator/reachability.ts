import type { Look } from './look-at-database.ts';

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
   * `leaseTtlMs` is the shortest lease. `refusedAt` tells when the database last did not do what would have renewed a
   * lease: it may answer and hold such statements up, as under a lock of somebody else. `now` is its clock, in
   * milliseconds, which only goes forward.
   */
  constructor(leaseTtlMs: number, refusedAt: () => number, now: () => number = () => performance.now()) {
    this.#leaseTtlMs = leaseTtlMs;
    this.#refusedAt = refusedAt;
    this.#now = now;
  }

  /**
   * Looks at the database by `look`, which is told how many milliseconds ago it last refused something here. Answers
   * for how many milliseconds leases could be renewed: as long as this replica has seen it, or as others have written
   * down. A gap of more than a lease between two looks, by the database's clock, counts as an outage too: this process
   * may have been paused with the database behind it, or the machine of both was asleep.
   */
  async observe(look: (refusedMsAgo: number) => Promise<Look>): Promise<number> {
    try {
      const { at, fleet_ms } = await look(this.#refusedMsAgo());
      const gap = at - (this.#lastOk ?? at);
      if (gap < 0 || gap > this.#leaseTtlMs) this.#since = null;
      this.#lastOk = at;
      this.#since = Math.max(this.#since ?? at, at - this.#refusedMsAgo());
      return Math.max(at - this.#since, fleet_ms);
    } catch (error) {
      this.#since = null;
      throw error;
    }
  }

  /** When it last answered, by its own clock, in milliseconds; null before the first time. */
  get lastOk(): number | null {
    return this.#lastOk;
  }

  #refusedMsAgo(): number {
    return this.#now() - this.#refusedAt();
  }
}
