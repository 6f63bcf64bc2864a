import pg from 'pg';
import { PG_TYPES } from './pg-types.ts';
import type { PoolObserver } from './pool-observer.ts';
import type { Primary } from './primary.ts';
import { REQUIRE_WRITABLE } from './writable.ts';

/** How a pool is opened. Times are milliseconds unless the name says `S` (seconds). */
export type PoolOptions = {
  /** postgres:// URL; its TLS parameters work as in `pg`. Of several hosts the one that accepts writes is used. */
  url: string;
  /** `application_name`: what an administrator sees in pg_stat_activity. */
  name: string;
  /** Connections kept open once they were needed. */
  min: number;
  /** Most connections; further callers wait `connectTimeoutMs` at most. */
  max: number;
  /** How long a connection beyond `min` may be idle before it is closed. Default 10. */
  shrinkAfterS?: number;
  /** Age at which a connection is replaced. */
  recycleS: number;
  connectTimeoutMs: number;
  queryTimeoutMs: number;
  /** A connection idle for longer is tried with `select 1` before it is handed out. Default 1000. */
  pingAfterIdleMs?: number;
  /**
   * The URL leads to a pooler in transaction mode: each transaction may have another session, so no statement is prepared
   * by name, and PostgreSQL is given no time limits; those of the role, or of the pooler, end what hangs.
   */
  pooled?: boolean;
  /** Settings of PostgreSQL for each of its sessions. */
  session?: Record<string, string>;
  /** Told of waits and failures. */
  observe?: PoolObserver | undefined;
};

/** `PoolOptions` in the words of `pg`, with every deadline that keeps a half-open socket from hanging a request. */
export function poolConfig(options: PoolOptions, primary: Primary): pg.PoolConfig {
  return {
    Client: options.pooled ? pooledClientOf(primary) : clientOf(primary),
    application_name: options.name,
    min: options.min,
    max: options.max,
    idleTimeoutMillis: (options.shrinkAfterS ?? 10) * 1000,
    maxLifetimeSeconds: options.recycleS,
    connectionTimeoutMillis: options.connectTimeoutMs,
    ...(options.pooled ? {} : serverLimits(options.queryTimeoutMs)),
    // Half a second later than the server's own: then its answer, which keeps the connection usable, comes first. Only
    // a server that cannot answer any more meets this one, and that connection is dropped.
    query_timeout: options.queryTimeoutMs + 500,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // Statements of one transaction that are started together travel together.
    pipeline: true,
    types: PG_TYPES,
    onConnect: (client) => prepareSession(client, sessionStart(primary, options)),
  };
}

// Sent when a session starts; PgBouncer refuses a client that sends them.
const serverLimits = (ms: number) => ({ statement_timeout: ms, idle_in_transaction_session_timeout: ms });

/** A pool keeps its options, and the host that is the primary changes. */
const clientOf = (primary: Primary): typeof pg.Client =>
  class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super({ ...(config as pg.ClientConfig), connectionString: primary.url });
    }
  };

// Before PostgreSQL 18 a plan that has to do what `session` forbids counts as endlessly dear, and was compiled for each run:
// a look for work took seconds on a busy machine. Nothing that we ask is worth a compiler.
const UNCOMPILED = { jit: 'off' };

const pooledClientOf = (primary: Primary): typeof pg.Client =>
  class extends clientOf(primary) {
    override query = ((statement: string | pg.QueryConfig) => {
      return super.query(typeof statement === 'string' ? statement : { ...statement, name: undefined });
    }) as pg.Client['query'];
  };

// PgBouncer knows `timezone` and `datestyle` of each client and sets them in whichever session it gets, as no other setting.
// By statements and not as start-up `options`: those would replace the ones in a user's URL.
function sessionStart(primary: Primary, { pooled, session }: PoolOptions): string {
  const all = Object.entries({ timezone: 'UTC', datestyle: 'ISO', ...(pooled ? {} : UNCOMPILED), ...session });
  const settings = all.map(([name, value]) => `set ${name} = '${value}'`);
  // A standby takes connections and reads as the primary does: only this tells it from one.
  return [...settings, ...(primary.hasOthers ? [REQUIRE_WRITABLE] : [])].join('; ');
}

async function prepareSession(client: pg.ClientBase, statements: string): Promise<void> {
  // While a client is checked out nobody else listens, and an 'error' without a listener ends the process. The query
  // under way, or the next one, fails with the same error, so nothing is lost here.
  client.on('error', () => {});
  await client.query(statements);
}
