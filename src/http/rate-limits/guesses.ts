import { Recent } from '../../lib/recent.ts';
import { addressOf } from './address-of.ts';
import type { Budget, Refuse } from './rate-limits.ts';
import type { WindowCounter } from './window-counter.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const REMEMBERED = 10_000;

/** What guesses are held to: a counter of addresses, and who refuses and counts strangers. */
type Means = { budget: Budget; counter: WindowCounter; refuse: Refuse; countAnonymous: (ip: string) => void };

/**
 * Stands before the look-up of a credential: an address from which too many different ones were wrong is refused, but for
 * credentials that worked within the last hour, as others may share the address. A program that goes on with a credential
 * that has ended guesses nothing: it is a stranger, and locks out nobody beside it.
 */
export class Guesses {
  readonly #proven = new Recent<true>(REMEMBERED, HOUR_MS);
  // What was wrong never becomes right: secrets are made before anybody can know them.
  readonly #wrong = new Recent<true>(REMEMBERED, MINUTE_MS);
  readonly #means: Means;

  constructor(means: Means) {
    this.#means = means;
  }

  /**
   * What `look` finds for a credential, undefined when it is wrong; what was wrong a minute ago is not looked up again.
   * Refuses `rate_limited` an address that has guessed too often, or repeats itself too often.
   */
  async check<T>(credential: string, ip: string, look: () => Promise<T | undefined>): Promise<T | undefined> {
    if (this.#wrong.get(credential)) {
      this.#means.countAnonymous(ip);
      return undefined;
    }
    const address = addressOf(ip);
    this.#require(credential, address);
    const found = await look();
    if (found === undefined) this.#wasWrong(credential, address);
    else this.#proven.set(credential, true);
    return found;
  }

  #require(credential: string, address: string): void {
    const { counter, budget, refuse } = this.#means;
    const waitMs = counter.waitFor(address);
    if (waitMs > 0 && !this.#proven.get(credential)) refuse(budget, counter.limit, waitMs);
  }

  #wasWrong(credential: string, address: string): void {
    this.#proven.delete(credential);
    this.#wrong.set(credential, true);
    this.#means.counter.add(address);
  }
}
