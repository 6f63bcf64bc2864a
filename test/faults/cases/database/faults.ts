import type { Fault } from '../../fault.ts';
import { exhaustedConnections } from './exhausted-connections.ts';
import { failingStatements } from './failing-statements.ts';
import { failover, silentFailover } from './failover.ts';
import { halfOpenConnections } from './half-open-connections.ts';
import { heldLock } from './held-lock.ts';
import { longOutage } from './long-outage.ts';
import { missedNotifications } from './missed-notifications.ts';
import { readOnlyPrimary } from './read-only-primary.ts';
import { restartPostgres } from './restart-postgres.ts';
import { slowDatabase } from './slow-database.ts';
import { terminatedConnections } from './terminated-connections.ts';

/** What can go wrong with PostgreSQL and the way to it. */
export const DATABASE_FAULTS: Fault[] = [
  restartPostgres('fast'),
  restartPostgres('immediate'),
  restartPostgres('kill'),
  terminatedConnections,
  halfOpenConnections,
  slowDatabase,
  readOnlyPrimary,
  heldLock('rows'),
  heldLock('table'),
  failingStatements({
    name: 'executed-then-timed-out',
    what: 'Of all statements 5 % run, and who sent them is told that they timed out, for 8 s',
    failures: [{ when: 'after', error: 'timeout', rate: 0.05 }],
    atLeast: 50,
  }),
  failingStatements({
    name: 'deadlocks',
    what: 'Of all statements 5 % end by a deadlock or a serialization failure, for 8 s',
    failures: [
      { when: 'before', error: '40P01', rate: 0.025 },
      { when: 'before', error: '40001', rate: 0.025 },
    ],
    atLeast: 50,
  }),
  missedNotifications,
  longOutage,
  exhaustedConnections,
  failover,
  silentFailover,
];
