import { choice, type Settings, text, whole } from './setting.ts';

/** The connections to PostgreSQL. */
export const DATABASE_SETTINGS = {
  databaseUrl: {
    env: 'DATABASE_URL',
    ...text('postgres:// URL', /^postgres(ql)?:\/\/.+/),
    secret: true,
    about:
      'PostgreSQL 15 to 18. Of several hosts (`postgres://user@db1,db2:5433/name`) the one that accepts writes is used, and followed when it moves. TLS as for psql: `?sslmode=verify-full&sslrootcert=/etc/ca.crt`. Without it, and outside production, the embedded PostgreSQL 18 is started in the data folder.',
  },
  dbPooler: {
    env: 'DB_POOLER',
    ...choice('none', 'transaction'),
    default: 'none',
    about:
      'transaction: DATABASE_URL leads to a pooler in transaction mode, such as PgBouncer. Requests then ask nothing of a session.',
  },
  databaseDirectUrl: {
    env: 'DATABASE_DIRECT_URL',
    ...text('postgres:// URL', /^postgres(ql)?:\/\/.+/),
    secret: true,
    about:
      'The same database past the pooler: for leases and outcomes, notifications, and commands of the CLI such as `db migrate`; 5 connections a replica. Needed with DB_POOLER=transaction; default: DATABASE_URL.',
  },
  dbPoolSize: {
    env: 'DB_POOL_SIZE',
    ...whole(1, 500, 'connections'),
    default: '10',
    about:
      'Connections that a replica keeps open: 4 for leases and outcomes, 1 that listens for notifications, the rest for requests (at least 1).',
  },
  dbMaxOverflow: {
    env: 'DB_MAX_OVERFLOW',
    ...whole(0, 500, 'connections'),
    default: '20',
    about: 'Connections that requests may open beyond DB_POOL_SIZE. Both together are all that a replica ever has.',
  },
  dbOverflowIdleS: {
    env: 'DB_OVERFLOW_IDLE_S',
    ...whole(1, 3600, 'seconds'),
    default: '10',
    about: 'How long a connection beyond DB_POOL_SIZE may be idle before it is closed.',
  },
  dbPoolRecycleS: {
    env: 'DB_POOL_RECYCLE_S',
    ...whole(1, 86400, 'seconds'),
    default: '3600',
    about: 'Age at which a connection is replaced.',
  },
  dbPrePingAfterMs: {
    env: 'DB_PRE_PING_AFTER_MS',
    ...whole(0, 3600000, 'milliseconds'),
    default: '1000',
    about:
      'A connection that was idle for longer is tried before a request gets it; 0 tries each, at the price of a round trip.',
  },
  dbConnectTimeoutMs: {
    env: 'DB_CONNECT_TIMEOUT_MS',
    ...whole(100, 60000, 'milliseconds'),
    default: '5000',
    about: 'How long a new connection, or the wait for a pooled one, may take.',
  },
  dbQueryTimeoutMs: {
    env: 'DB_QUERY_TIMEOUT_MS',
    ...whole(100, 600000, 'milliseconds'),
    default: '10000',
    about: 'Deadline of every statement, on the server and on the socket.',
  },
  dbRetryBaseMs: {
    env: 'DB_RETRY_BASE_MS',
    ...whole(10, 60000, 'milliseconds'),
    default: '200',
    about:
      'First pause before a server that found no database tries again, at its start and after an outage; it doubles each time, times 0.5 to 1.5.',
  },
  dbRetryCapMs: {
    env: 'DB_RETRY_CAP_MS',
    ...whole(10, 600000, 'milliseconds'),
    default: '5000',
    about: 'Longest such pause. It never gives up.',
  },
} as const satisfies Settings;
