import { setTimeout as pause } from 'node:timers/promises';
import { type Config, ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';
import { backoffMs } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { checkServer } from './check-server.ts';
import { openPool, type PoolDb } from './pool.ts';
import type { PoolObserver } from './pool-observer.ts';
import { reasonOf } from './reason-of.ts';

/** The settings that `openDatabase` reads; `databaseUrl` is filled in by whoever started the embedded server. */
export type DatabaseSettings = Pick<
  Config,
  'databaseUrl' | 'dbPoolSize' | 'dbMaxOverflow' | 'dbPoolRecycleS' | 'dbConnectTimeoutMs' | 'dbQueryTimeoutMs'
>;

/** A replica's connections to PostgreSQL, all but the one for LISTEN, which `Listener` opens from `url`. */
export type Database = {
  url: string;
  /** For requests and everything that can wait. */
  api: PoolDb;
  /** For claim, start, heartbeat, complete and reap: an overloaded API must not expire the leases of healthy work. */
  control: PoolDb;
  /**
   * Waits, for ever, until the primary answers; `signal` ends the wait (AbortError). Refuses with ConfigError when the
   * server is not version 15 to 18 or cannot give as many connections as are set.
   */
  untilUsable(signal?: AbortSignal): Promise<void>;
  close(): Promise<void>;
};

type Observers = { api?: PoolObserver; control?: PoolObserver };

const CONTROL_CONNECTIONS = 4;
const LISTEN_CONNECTIONS = 1;

/**
 * The statements of `control` find every row by a key, and are prepared. Planned while a table is small, PostgreSQL would
 * rather read all of it, and keeps that plan until it next counts the rows: ending 90 attempts took 17 ms instead of 5.
 * Bitmaps visit every row that has left an index since it was last vacuumed, plain scans each of them once: after 30,000
 * tasks a look for work took 9 ms instead of 1.2.
 */
const BY_KEY = {
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
  plan_cache_mode: 'force_generic_plan',
};

/**
 * Opens a replica's connections; nothing is sent before the first query, so an absent server is not met here.
 * DB_POOL_SIZE + DB_MAX_OVERFLOW is the replica's whole budget: 4 for `control`, 1 for LISTEN, the rest for `api` (at
 * least 1). `observers` are told of waits and failures of each pool.
 */
export function openDatabase(settings: DatabaseSettings, log: Log, observers: Observers = {}): Database {
  const url = settings.databaseUrl;
  if (!url) throw new ConfigError('DATABASE_URL is missing: there is no database to connect to');
  const shared = {
    url,
    recycleS: settings.dbPoolRecycleS,
    connectTimeoutMs: settings.dbConnectTimeoutMs,
    queryTimeoutMs: settings.dbQueryTimeoutMs,
  };
  const max = apiConnections(settings);
  const min = Math.min(settings.dbPoolSize, max);
  const api = openPool({ ...shared, name: 'whoosh api', min, max, ...observedBy(observers.api) }, log);
  const kept = { min: CONTROL_CONNECTIONS, max: CONTROL_CONNECTIONS };
  const byKey = { session: BY_KEY, ...observedBy(observers.control) };
  const control = openPool({ ...shared, ...kept, name: 'whoosh control', ...byKey }, log);
  return {
    url,
    api,
    control,
    untilUsable: (signal) => waitUntilUsable(api, max + CONTROL_CONNECTIONS + LISTEN_CONNECTIONS, log, signal),
    close: async () => void (await Promise.all([api.close(), control.close()])),
  };
}

const observedBy = (observe: PoolObserver | undefined) => (observe ? { observe } : {});

function apiConnections({ dbPoolSize, dbMaxOverflow }: DatabaseSettings): number {
  return Math.max(1, dbPoolSize + dbMaxOverflow - CONTROL_CONNECTIONS - LISTEN_CONNECTIONS);
}

async function waitUntilUsable(db: PoolDb, budget: number, log: Log, signal: AbortSignal | undefined): Promise<void> {
  for (let failures = 1; ; failures++) {
    signal?.throwIfAborted();
    try {
      return await checkServer(db, budget, log);
    } catch (error) {
      // pg throws a bare TypeError, with the URL's secrets already removed.
      if (error instanceof TypeError)
        throw new ConfigError('DATABASE_URL is not a usable postgres:// URL', { cause: error });
      if (!(error instanceof AppError)) throw error;
      const waitMs = backoffMs(failures, { baseMs: 200, capMs: 5000, random: Math.random() });
      log.warn({ reason: reasonOf(error), retry_in_ms: waitMs }, 'Waiting for PostgreSQL');
      await pause(waitMs, undefined, { signal });
    }
  }
}
