import type pg from 'pg';
import { PG_TYPES } from './pg-types.ts';

/** How a pool is opened. Times are milliseconds unless the name says `S` (seconds). */
export type PoolOptions = {
  /** postgres:// URL; its TLS parameters work as in `pg`. */
  url: string;
  /** `application_name`: what an administrator sees in pg_stat_activity. */
  name: string;
  /** Connections kept open once they were needed. */
  min: number;
  /** Most connections; further callers wait `connectTimeoutMs` at most. */
  max: number;
  /** Age at which a connection is replaced. */
  recycleS: number;
  connectTimeoutMs: number;
  queryTimeoutMs: number;
  /** A connection idle for longer is tried with `select 1` before it is handed out. Default 1000. */
  pingAfterIdleMs?: number;
};

/** `PoolOptions` in the words of `pg`, with every deadline that keeps a half-open socket from hanging a request. */
export function poolConfig(options: PoolOptions): pg.PoolConfig {
  return {
    connectionString: options.url,
    application_name: options.name,
    min: options.min,
    max: options.max,
    maxLifetimeSeconds: options.recycleS,
    connectionTimeoutMillis: options.connectTimeoutMs,
    statement_timeout: options.queryTimeoutMs,
    // Half a second later than the server's own: then its answer, which keeps the connection usable, comes first. Only
    // a server that cannot answer any more meets this one, and that connection is dropped.
    query_timeout: options.queryTimeoutMs + 500,
    idle_in_transaction_session_timeout: options.queryTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Statements of one transaction that are started together travel together.
    pipeline: true,
    types: PG_TYPES,
    onConnect: prepareSession,
  };
}

// By a statement and not as start-up `options`: those would replace the ones in a user's URL.
async function prepareSession(client: pg.ClientBase): Promise<void> {
  // While a client is checked out nobody else listens, and an 'error' without a listener ends the process. The query
  // under way, or the next one, fails with the same error, so nothing is lost here.
  client.on('error', () => {});
  await client.query("set timezone = 'UTC'; set datestyle = 'ISO'");
}
