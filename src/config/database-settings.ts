import { type Settings, text, whole } from './setting.ts';

/** The connections to PostgreSQL. */
export const DATABASE_SETTINGS = {
  databaseUrl: {
    env: 'DATABASE_URL',
    ...text('postgres:// URL', /^postgres(ql)?:\/\/.+/),
    secret: true,
    about:
      'PostgreSQL 15 to 18. Of several hosts (`postgres://user@db1,db2:5433/name`) the one that accepts writes is used, and followed when it moves. Without it, and outside production, the embedded PostgreSQL 18 is started in the data folder.',
  },
  dbPoolSize: {
    env: 'DB_POOL_SIZE',
    ...whole(1, 500, 'connections'),
    default: '10',
    about: 'Connections that are kept open.',
  },
  dbMaxOverflow: {
    env: 'DB_MAX_OVERFLOW',
    ...whole(0, 500, 'connections'),
    default: '20',
    about: 'Connections opened beyond DB_POOL_SIZE under load, and closed again when idle.',
  },
  dbPoolRecycleS: {
    env: 'DB_POOL_RECYCLE_S',
    ...whole(1, 86400, 'seconds'),
    default: '3600',
    about: 'Age at which a connection is replaced.',
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
} as const satisfies Settings;
