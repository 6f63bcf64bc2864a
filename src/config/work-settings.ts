import { type Settings, whole } from './setting.ts';

/** How work is leased, tried again and kept. */
export const WORK_SETTINGS = {
  leaseTtlMs: {
    env: 'LEASE_TTL_MS',
    ...whole(200, 3600000, 'milliseconds'),
    default: '60000',
    about: 'How long a runner holds an attempt without a heartbeat. It renews four times in that time.',
  },
  pushLeaseTtlMs: {
    env: 'PUSH_LEASE_TTL_MS',
    ...whole(200, 3600000, 'milliseconds'),
    default: '30000',
    about:
      'How long a replica holds the attempt of a model server without renewing it. It renews three times in that time.',
  },
  modelTimeoutMs: {
    env: 'MODEL_TIMEOUT_MS',
    ...whole(100, 604800000, 'milliseconds'),
    default: '3600000',
    about: 'How long a call of a model server may take in all, unless its task says otherwise (attempt_timeout_ms).',
  },
  leaseGraceMs: {
    env: 'LEASE_GRACE_MS',
    ...whole(0, 600000, 'milliseconds'),
    default: '2500',
    about: 'How long after its expiry a lease may still be renewed before it is taken away.',
  },
  reapIntervalMs: {
    env: 'REAP_INTERVAL_MS',
    ...whole(20, 600000, 'milliseconds'),
    default: '5000',
    about: 'Pause between two looks for lost leases, passed deadlines and overdue cancels, varied by half.',
  },
  startTimeoutMs: {
    env: 'START_TIMEOUT_MS',
    ...whole(100, 3600000, 'milliseconds'),
    default: '30000',
    about: 'How long a claimed attempt may wait for its start before it is released.',
  },
  cancelGraceMs: {
    env: 'CANCEL_GRACE_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '30000',
    about: 'How long a running attempt may take to obey a cancel before it is forced.',
  },
  pollIntervalMs: {
    env: 'POLL_INTERVAL_MS',
    ...whole(20, 60000, 'milliseconds'),
    default: '1000',
    about: 'Pause between two looks for work that no notification told of, varied by half.',
  },
  longPollMs: {
    env: 'LONG_POLL_MS',
    ...whole(50, 120000, 'milliseconds'),
    default: '25000',
    about: "Longest time a runner's poll is held open.",
  },
  maxAttempts: {
    env: 'MAX_ATTEMPTS',
    ...whole(1, 100, 'attempts'),
    default: '3',
    about: 'Attempts a task gets unless it says otherwise.',
  },
  backoffBaseMs: {
    env: 'BACKOFF_BASE_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '5000',
    about: 'Wait before the second attempt; it doubles for each further one, times 0.5 to 1.5.',
  },
  backoffCapMs: {
    env: 'BACKOFF_CAP_MS',
    ...whole(0, 86400000, 'milliseconds'),
    default: '300000',
    about: 'Longest wait between two attempts.',
  },
  retentionDays: {
    env: 'RETENTION_DAYS',
    ...whole(1, 36500, 'days'),
    default: '30',
    about: 'How long finished tasks, their logs, artifacts and events, and resolved alerts are kept.',
  },
} as const satisfies Settings;
