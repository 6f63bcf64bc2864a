import { atMostOnceASecond } from '../lib/at-most-once-a-second.ts';
import type { Log } from '../lib/log.ts';
import type { PoolOptions } from './pool-config.ts';
import { reasonOf } from './reason-of.ts';
import { DatabaseUnavailable } from './unavailable.ts';

/** Where the failures of a pool are told: all to its observer, lost and refused connections to the log as well. */
export class Failures {
  readonly #observe: PoolOptions['observe'];
  readonly #log: (refusal: DatabaseUnavailable) => void;

  constructor({ name, observe }: Pick<PoolOptions, 'name' | 'observe'>, log?: Log) {
    this.#observe = observe;
    // In an outage every caller fails alike: one line a second tells as much as thousands.
    this.#log = atMostOnceASecond((refusal) =>
      log?.warn({ pool: name, kind: refusal.kind, reason: reasonOf(refusal) }, 'database connection error'),
    );
  }

  /** Counts a refusal and returns it. What is none, such as a URL that cannot be read, is passed through. */
  count<E>(refusal: E): E {
    if (refusal instanceof DatabaseUnavailable) this.#observe?.failed(refusal.kind);
    return refusal;
  }

  /** As `count`, for a connection that was lost or could not be had. */
  lost(refusal: unknown): void {
    if (this.count(refusal) instanceof DatabaseUnavailable) this.#log(refusal as DatabaseUnavailable);
  }
}
