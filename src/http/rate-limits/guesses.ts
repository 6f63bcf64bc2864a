import { Recent } from '../../lib/recent.ts';
import type { Budget, Refuse } from './rate-limits.ts';
import type { WindowCounter } from './window-counter.ts';

const HOUR_MS = 3_600_000;
const REMEMBERED = 10_000;

/**
 * Stands before the look-up of a credential: an address from which too many were wrong is refused, but for credentials
 * that worked within the last hour, as others may share the address.
 */
export class Guesses {
  readonly #proven = new Recent<true>(REMEMBERED, HOUR_MS);
  readonly #counter: WindowCounter;
  readonly #budget: Budget;
  readonly #refuse: Refuse;

  constructor(budget: Budget, counter: WindowCounter, refuse: Refuse) {
    this.#budget = budget;
    this.#counter = counter;
    this.#refuse = refuse;
  }

  /** Refuses `rate_limited` a credential from an address that has guessed too often. */
  require(credential: string, address: string): void {
    const waitMs = this.#counter.waitFor(address);
    if (waitMs > 0 && !this.#proven.get(credential)) this.#refuse(this.#budget, this.#counter.limit, waitMs);
  }

  wasRight(credential: string): void {
    this.#proven.set(credential, true);
  }

  wasWrong(credential: string, address: string): void {
    this.#proven.delete(credential);
    this.#counter.add(address);
  }
}
