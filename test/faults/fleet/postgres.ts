import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';
import { hasEnded, startPostmaster } from '../../../src/db/embedded/postmaster.ts';
import { until } from '../../support/until.ts';
import type { Cluster } from './cluster.ts';
import { clusterUrl } from './cluster-url.ts';
import { planServer } from './plan-server.ts';
import type { Warden } from './warden.ts';

/** fast: open transactions are rolled back. immediate: as after a crash. kill: SIGKILL of the postmaster. */
export type StopMode = 'fast' | 'immediate' | 'kill';

/** The PostgreSQL of one fleet. */
export type Postgres = {
  /** Straight to it, for the harness itself. */
  readonly url: string;
  /** Ports of the servers of which replicas are told; each replica reaches each through a proxy of its own. */
  ports: number[];
  /** What a replica is given: the same servers by other ports. `application` becomes the name of its connections. */
  urlThrough(ports: number[], application: string): string;
  /** Asks straight; rejects while it is away. */
  sql<T extends object = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  readonly pid: number;
  start(): Promise<void>;
  /** Ends it and waits for the end of all its processes. */
  stop(mode: StopMode): Promise<void>;
  /** For good. */
  close(): Promise<void>;
};

const SIGNALS: Record<StopMode, NodeJS.Signals> = { fast: 'SIGINT', immediate: 'SIGQUIT', kill: 'SIGKILL' };

/** Copies the cluster to `folder` and starts it (0.3 s). `settings` replace those of the embedded PostgreSQL. */
export async function openPostgres(
  cluster: Cluster,
  folder: string,
  warden: Warden,
  settings: Record<string, string> = {},
): Promise<Postgres> {
  const plan = await planServer(cluster, folder, settings);
  const urlThrough = (ports: number[], application: string) => clusterUrl(cluster, ports, application);
  const { port } = plan.address;
  const url = urlThrough([port], 'harness');
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5000, query_timeout: 30_000 });
  pool.on('error', () => {}); // It is restarted while connections are idle.
  let postmaster: ChildProcess;
  const start = async () => {
    // After SIGKILL the other processes of the old server hold its memory for some milliseconds.
    postmaster = await until(() => startPostmaster(plan), { timeoutMs: 20_000 });
    warden.watch(postmaster);
  };
  const stop = async (mode: StopMode) => {
    if (hasEnded(postmaster)) return;
    const ended = once(postmaster, 'exit');
    postmaster.kill(SIGNALS[mode]);
    await ended;
  };
  await start();
  return {
    url,
    ports: [port],
    urlThrough,
    sql: async (text, values) => (await pool.query(text, values)).rows,
    get pid() {
      return postmaster.pid!;
    },
    start,
    stop,
    async close() {
      await pool.end();
      await stop('immediate');
    },
  };
}
