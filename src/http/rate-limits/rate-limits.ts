import type { Context } from '../../context.ts';
import { AppError } from '../../errors.ts';
import type { Actor } from '../../members/actor.ts';
import { addressOf } from './address-of.ts';
import { Guesses } from './guesses.ts';
import { shareCounts } from './share-counts.ts';
import { WindowCounter } from './window-counter.ts';

/** What is said to whom has used up a budget. */
const BUDGETS = {
  anonymous: (limit: number) => `An address may send ${limit} requests a minute without a valid credential.`,
  failed: (limit: number) => `An address may send ${limit} wrong credentials a minute.`,
  ended: (limit: number) => `An address may send ${limit} wrong tokens of attempts a minute.`,
  keys: (limit: number) => `A key may be used for ${limit} requests a minute.`,
  runners: (limit: number) => `A runner may send ${limit} requests a minute.`,
  attempts: (limit: number) => `An attempt may send ${limit} requests a minute.`,
};

/** Whose requests are counted together. */
export type Budget = keyof typeof BUDGETS;

/** Refuses somebody who has used up a budget, with `rate_limited` and the time until its minute ends. */
export type Refuse = (budget: Budget, limit: number, waitMs: number) => never;

/** What a replica keeps count of. Refusals are `rate_limited`. */
export type RateLimits = {
  /** A request of somebody without a valid credential, from the client's address. */
  countAnonymous(ip: string): void;
  /** A request of somebody known. */
  countActor(actor: Actor): void;
  /** Of keys, of runners, and of METRICS_TOKEN. */
  guesses: Guesses;
  /** Of attempts. Their tokens end with the lease, so wrong ones are usual: as many as strangers' requests, beside them. */
  attemptGuesses: Guesses;
  /** From now on, and until it is closed, counts are shared with the other replicas. */
  start(): void;
  close(): void;
};

const BUDGET_OF = { key: 'keys', runner: 'runners', attempt: 'attempts' } as const;

/**
 * Counts requests by address and by credential, a minute at a time, in this process: a request costs a look into a map.
 * What comes without a valid credential, and wrong credentials, are counted by all replicas together, a second late.
 */
export function limitRates({ config, db, log, metrics }: Context): RateLimits {
  const counters = openCounters(config);
  const { anonymous, failed, ended } = counters;
  const refuse: Refuse = (budget, limit, waitMs) => {
    metrics.rate_limited_total.inc({ budget });
    throw rateLimited(budget, limit, waitMs);
  };
  const count = (budget: Budget, subject: string) => {
    const waitMs = counters[budget].waitFor(subject);
    if (waitMs > 0) refuse(budget, counters[budget].limit, waitMs);
    counters[budget].add(subject);
  };
  const countAnonymous = (ip: string) => count('anonymous', addressOf(ip));
  let close = () => {};
  return {
    countAnonymous,
    countActor: (actor) => count(BUDGET_OF[actor.kind], subjectOf(actor)),
    guesses: new Guesses({ budget: 'failed', counter: failed, refuse, countAnonymous }),
    attemptGuesses: new Guesses({ budget: 'ended', counter: ended, refuse, countAnonymous }),
    start() {
      close = shareCounts(db, { anonymous, failed, ended }, log);
    },
    close: () => close(),
  };
}

const openCounters = (config: Context['config']): Record<Budget, WindowCounter> => ({
  anonymous: new WindowCounter(config.rateLimitAnonymous),
  failed: new WindowCounter(config.rateLimitFailedAuth),
  ended: new WindowCounter(config.rateLimitAnonymous),
  keys: new WindowCounter(config.rateLimitKeys),
  runners: new WindowCounter(config.rateLimitRunners),
  attempts: new WindowCounter(config.rateLimitAttempts),
});

function subjectOf(actor: Actor): string {
  if (actor.kind === 'key') return actor.id;
  return actor.kind === 'runner' ? actor.runner_id : `${actor.task_id}/${actor.epoch}`;
}

// The names of draft-ietf-httpapi-ratelimit-headers up to 07, which clients know.
function rateLimited(budget: Budget, limit: number, waitMs: number): AppError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const headers = { 'ratelimit-limit': `${limit}`, 'ratelimit-remaining': '0', 'ratelimit-reset': `${seconds}` };
  return new AppError('rate_limited', BUDGETS[budget](limit), { retryAfter: seconds, headers });
}
