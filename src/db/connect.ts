import { type Config, ConfigError } from '../config.ts';
import type { Log } from '../lib/log.ts';
import { checkServer } from './check-server.ts';
import { checkWays } from './check-ways.ts';
import { connectionBudget } from './connection-budget.ts';
import { openPool, type PoolDb } from './pool.ts';
import type { PoolObserver } from './pool-observer.ts';
import { requireUsableUrl } from './require-usable-url.ts';
import { SESSION_NAMES } from './session-names.ts';
import { untilAvailable } from './until-available.ts';

/** The settings that `openDatabase` reads; `databaseUrl` is filled in by whoever started the embedded server. */
export type DatabaseSettings = Pick<
  Config,
  | 'databaseUrl'
  | 'databaseDirectUrl'
  | 'dbPooler'
  | 'dbPoolSize'
  | 'dbMaxOverflow'
  | 'dbOverflowIdleS'
  | 'dbPoolRecycleS'
  | 'dbPrePingAfterMs'
  | 'dbConnectTimeoutMs'
  | 'dbQueryTimeoutMs'
  | 'dbRetryBaseMs'
  | 'dbRetryCapMs'
>;

/** A replica's connections to PostgreSQL, all but the one for LISTEN, which `Listener` opens from `directUrl`. */
export type Database = {
  url: string;
  /** For what needs a session of its own: LISTEN, migrations. As `url`, unless that leads to a pooler. */
  directUrl: string;
  /** For requests and everything that can wait. */
  api: PoolDb;
  /** For claim, start, heartbeat, complete and reap: an overloaded API must not expire the leases of healthy work. */
  control: PoolDb;
  /**
   * Waits, for ever, until the primary answers; `signal` ends the wait (AbortError). Refuses with ConfigError when the
   * server is not version 15 to 18 or cannot give as many connections as are set, or a pooler and the settings disagree.
   */
  untilUsable(signal?: AbortSignal): Promise<void>;
  /** Does a step of the start again while it is refused as `unavailable`: the database may go away between two steps. */
  untilAvailable<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T>;
  close(): Promise<void>;
};

type Observers = { api?: PoolObserver; control?: PoolObserver };

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
 * `observers` are told of waits and failures of each pool.
 */
export function openDatabase(settings: DatabaseSettings, log: Log, observers: Observers = {}): Database {
  const { url, directUrl } = urlsOf(settings);
  const budget = connectionBudget(settings);
  const limits = poolLimits(settings);
  const pooled = settings.dbPooler === 'transaction';
  const api = openPool({ ...limits, ...budget.api, url, pooled, name: SESSION_NAMES.api, observe: observers.api }, log);
  const control = openPool(
    {
      ...limits,
      ...budget.control,
      url: directUrl,
      name: SESSION_NAMES.control,
      session: BY_KEY,
      observe: observers.control,
    },
    log,
  );
  const insist: Database['untilAvailable'] = (work, signal) => untilAvailable(work, { retry: settings, log, signal });
  const check = async () => {
    await checkServer(control, pooled ? budget.direct : budget.total, log);
    await checkWays(api, control, settings, log);
  };
  return {
    url,
    directUrl,
    api,
    control,
    untilUsable: (signal) => insist(check, signal),
    untilAvailable: insist,
    close: async () => void (await Promise.all([api.close(), control.close()])),
  };
}

function urlsOf({ databaseUrl: url, databaseDirectUrl: directUrl = url }: DatabaseSettings) {
  if (!url || !directUrl) throw new ConfigError('DATABASE_URL is missing: there is no database to connect to');
  requireUsableUrl('DATABASE_URL', url);
  requireUsableUrl('DATABASE_DIRECT_URL', directUrl);
  return { url, directUrl };
}

const poolLimits = (settings: DatabaseSettings) => ({
  shrinkAfterS: settings.dbOverflowIdleS,
  recycleS: settings.dbPoolRecycleS,
  pingAfterIdleMs: settings.dbPrePingAfterMs,
  connectTimeoutMs: settings.dbConnectTimeoutMs,
  queryTimeoutMs: settings.dbQueryTimeoutMs,
});
