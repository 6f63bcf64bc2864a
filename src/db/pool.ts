import type pg from 'pg';
import type { Log } from '../lib/log.ts';
import { within } from '../lib/within.ts';
import { Connections } from './connections.ts';
import type { Db, Row } from './database.ts';
import { Failures } from './failures.ts';
import type { PoolOptions } from './pool-config.ts';
import { queryClient, runTransaction, type Statement } from './transaction.ts';
import { asContended, asUnavailable } from './unavailable.ts';

/** A pool as its owner sees it; everybody else needs `Db` only. */
export type PoolDb = Db & {
  /**
   * Whether the primary answers: the round trip in milliseconds. Refuses with `unavailable` when it does not answer
   * within `timeoutMs`, no connection is free in that time, or the server is a standby.
   */
  ping(timeoutMs: number): Promise<number>;
  /** Connections open, idle ones among them, callers waiting for one, and how many it may open. */
  stats(): { size: number; idle: number; waiting: number; limit: number };
  /** When it last refused something as `unavailable`, by the clock of performance.now(); -Infinity if it never has. */
  refusedAt(): number;
  /** Takes no more work, lets statements under way end for `graceMs` (default 5000), then cuts them off. */
  close(graceMs?: number): Promise<void>;
};

/** Of a statement or transaction that PostgreSQL ended because others were at the same rows. */
const TRIES = 3;

/** Opens a pool. Nothing is connected before the first query, so an absent server is not met here. */
export function openPool(options: PoolOptions, log?: Log): PoolDb {
  const failures = new Failures(options, log);
  const connections = new Connections(options, failures);
  const query: Db['query'] = (text, values, options) =>
    settlingConflicts(failures, () => queryOnce(connections, { text, values, name: options?.name }));
  return {
    query,
    transaction: (work) => settlingConflicts(failures, () => transact(connections, work)),
    ping: (timeoutMs) => ping(query, timeoutMs),
    stats: () => connections.stats(),
    refusedAt: () => connections.refusedAt,
    close: (graceMs = 5000) => connections.close(graceMs),
  };
}

function queryOnce<R extends Row>(connections: Connections, statement: Statement): Promise<R[]> {
  return connections.with((client) =>
    queryClient<R>(client, statement).catch((error) => {
      if (!isStalePlan(error)) throw error;
      // It failed before it ran, so running it again, unprepared this time, cannot do anything twice.
      connections.distrust();
      return queryClient<R>(client, { ...statement, name: undefined });
    }),
  );
}

function transact<T>(connections: Connections, work: (trx: Db) => Promise<T>): Promise<T> {
  const run = () => connections.with((client) => runTransaction(client, work));
  return run().catch((error) => {
    if (!isStalePlan(error)) throw error;
    connections.distrust();
    return run();
  });
}

/** Runs again what PostgreSQL rolled back for the sake of others. A statement outside a transaction is one by itself. */
async function settlingConflicts<T>(failures: Failures, run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      if (!isConflict(error)) throw error;
      if (attempt === TRIES) throw failures.count(asContended(error));
    }
  }
}

async function ping(query: Db['query'], timeoutMs: number): Promise<number> {
  const start = performance.now();
  const asked = within(timeoutMs, query<{ standby: boolean }>('select pg_is_in_recovery() as standby'));
  const [row] = await asked.catch((error) => {
    throw asUnavailable(error);
  });
  if (row?.standby) throw asUnavailable(new Error('Connection terminated: the server is a standby'));
  return performance.now() - start;
}

/** A serialization failure or a deadlock: the same work may succeed when it is run again. */
function isConflict(error: unknown): boolean {
  const { code } = (error ?? {}) as pg.DatabaseError;
  return code === '40001' || code === '40P01';
}

// A migration by a newer replica changed the columns that a prepared `select *` or `returning *` gives. All connections
// opened before hold such plans.
function isStalePlan(error: unknown): boolean {
  const { code, message } = (error ?? {}) as pg.DatabaseError;
  return code === '0A000' && /cached plan/.test(message);
}
