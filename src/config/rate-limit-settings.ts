import { type Settings, whole } from './setting.ts';

const perMinute = whole(0, 1_000_000_000, 'requests a minute');

/** How many requests who may make; 0 switches a limit off. */
export const RATE_LIMIT_SETTINGS = {
  rateLimitAnonymous: {
    env: 'RATE_LIMIT_ANONYMOUS',
    ...perMinute,
    default: '100',
    about:
      'Requests without a valid credential, for each address (of IPv6 each /64), at all replicas together. Probes and /health are not counted. 0: no limit.',
  },
  rateLimitFailedAuth: {
    env: 'RATE_LIMIT_FAILED_AUTH',
    ...perMinute,
    default: '30',
    about:
      'Different credentials that turn out wrong, for each address, at all replicas together; those of attempts, which end with the lease, have RATE_LIMIT_ANONYMOUS for themselves. Beyond it only credentials that worked within the last hour are looked up from there. One that is sent again and again counts once. 0: no limit.',
  },
  rateLimitKeys: {
    env: 'RATE_LIMIT_KEYS',
    ...perMinute,
    default: '6000',
    about: 'Requests of one API key, at each replica. 0: no limit.',
  },
  rateLimitRunners: {
    env: 'RATE_LIMIT_RUNNERS',
    ...perMinute,
    // 64 slots of tasks that take a second: a poll, a start, two lots of output and an end each, 19,200; three times that.
    default: '60000',
    about:
      'Requests of one runner, at each replica: three times what 64 slots need for tasks of one second each. 0: no limit.',
  },
  rateLimitAttempts: {
    env: 'RATE_LIMIT_ATTEMPTS',
    ...perMinute,
    default: '1200',
    about: 'Requests of one attempt with its own token, at each replica. 0: no limit.',
  },
} as const satisfies Settings;
