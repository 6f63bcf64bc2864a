import { NO_ORPHANS } from '../coordinator/invariants.ts';
import { findBadHealth } from './looks/bad-health.ts';
import { lookForBroken } from './looks/broken-invariants.ts';
import { findErrorRate } from './looks/error-rate.ts';
import { findExhaustedPools } from './looks/exhausted-pools.ts';
import { findExpiringCertificate } from './looks/expiring-certificate.ts';
import { findExpiringKeys } from './looks/expiring-keys.ts';
import { findHighMemory } from './looks/high-memory.ts';
import { findOffline } from './looks/offline-agents.ts';
import { findQueueAge } from './looks/queue-age.ts';
import type { AlertRule } from './rule.ts';

/** Every rule, by the name that the rules for Prometheus in deploy/prometheus/ have too. */
export const RULES = {
  WhooshAgentDown: {
    severity: 'warning',
    scope: 'fleet',
    opens: 'An approved agent that is not draining is offline, or its breaker is open.',
    look: findOffline,
  },
  WhooshQueueAge: {
    severity: 'warning',
    scope: 'fleet',
    opens: 'The oldest task that could be claimed waits for longer than `ALERT_QUEUE_AGE_MS`.',
    settings: ['alertQueueAgeMs'],
    at_once: true,
    look: findQueueAge,
  },
  WhooshErrorRate: {
    severity: 'warning',
    scope: 'fleet',
    opens:
      'Of the last 1,000 tasks that ended within ten minutes, and at least 20 did, more than `ALERT_ERROR_PERCENT` percent failed.',
    settings: ['alertErrorPercent'],
    look: findErrorRate,
  },
  WhooshHealthFailed: {
    severity: 'critical',
    scope: 'replica',
    opens: 'A component of a replica is degraded on `/health`.',
    look: findBadHealth,
  },
  WhooshPoolExhausted: {
    severity: 'critical',
    scope: 'replica',
    opens: 'All connections of a pool of a replica are in use, and callers wait for one.',
    look: findExhaustedPools,
  },
  WhooshMemoryHigh: {
    severity: 'warning',
    scope: 'replica',
    opens: 'A replica has more than `ALERT_MEMORY_MB` MiB in memory.',
    settings: ['alertMemoryMb'],
    look: findHighMemory,
  },
  WhooshOrphanTasks: {
    severity: 'critical',
    scope: 'replica',
    opens: 'The audit, once a minute on every replica, found unfinished tasks that nothing will wake.',
    at_once: true,
    look: lookForBroken((id) => id === NO_ORPHANS),
  },
  WhooshInvariantBroken: {
    severity: 'critical',
    scope: 'replica',
    opens: 'The audit found another invariant broken.',
    at_once: true,
    look: lookForBroken((id) => id !== NO_ORPHANS),
  },
  WhooshCertificateExpires: {
    severity: 'warning',
    scope: 'replica',
    opens: 'The certificate in `TLS_CERT` ends within `ALERT_EXPIRY_DAYS` days, or cannot be read.',
    settings: ['alertExpiryDays'],
    look: findExpiringCertificate,
  },
  WhooshKeyExpires: {
    severity: 'warning',
    scope: 'fleet',
    opens: 'An API key that was made for longer than `ALERT_EXPIRY_DAYS` days ends within that time.',
    settings: ['alertExpiryDays'],
    at_once: true,
    look: findExpiringKeys,
  },
} as const satisfies Record<string, AlertRule>;

export type RuleName = keyof typeof RULES;

/** Where the documentation says what to do. */
export const runbookOf = (rule: string): string => `docs/operate/alerts.md#${rule.toLowerCase()}`;
