import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Account } from '../../../src/db/embedded/account.ts';
import { hasEnded } from '../../../src/db/embedded/postmaster.ts';
import { serverSettings } from '../../../src/db/embedded/server-settings.ts';
import { until } from '../../support/until.ts';
import type { Cluster } from '../fleet/cluster.ts';
import { freePort } from '../fleet/free-port.ts';
import type { Postgres } from '../fleet/postgres.ts';
import type { Warden } from '../fleet/warden.ts';

/** A primary with a synchronous standby; as a `Postgres` it is whichever of the two is the primary. */
export type Pair = Postgres & {
  /** Makes the standby the primary; the old one is not asked. */
  promote(): Promise<void>;
  /** Ends the old primary by SIGKILL. */
  killOld(): Promise<void>;
};

/**
 * Starts both on copies of the cluster (0.6 s): copied while it is stopped, the standby needs no other base than that
 * and follows by streaming. Every commit waits until the standby has it on its disk.
 */
export async function openPair(cluster: Cluster, folder: string, warden: Warden): Promise<Pair> {
  const ports = [await freePort(), await freePort()] as const;
  const own = { cluster, warden };
  const primary = await startServer({ ...own, folder, port: ports[0], settings: { synchronous_standby_names: '*' } });
  const primary_conninfo = `host=127.0.0.1 port=${ports[0]} user=whoosh password=${cluster.password}`;
  const standby = await startServer({
    ...own,
    folder: `${folder}-standby`,
    port: ports[1],
    settings: { primary_conninfo },
  });
  let current = primary;
  await until(async () => (await isStreaming(primary)) || null, { timeoutMs: 20_000 });
  return {
    get url() {
      return current.url;
    },
    ports: [...ports],
    urlThrough: (through, application) => urlOf(cluster, through, application),
    sql: async (text, values) => (await current.pool.query(text, values)).rows,
    get pid() {
      return current.child.pid!;
    },
    start: () => Promise.reject(new Error('The old primary may not come back as a second one.')),
    stop: () => Promise.reject(new Error('A pair is not stopped.')),
    killOld: () => primary.end('SIGKILL'),
    async promote() {
      await standby.pool.query('select pg_promote(true, 30)');
      current = standby;
    },
    async close() {
      for (const { pool, end } of [standby, primary]) {
        await pool.end();
        await end('SIGQUIT');
      }
    },
  };
}

type Server = { url: string; child: ChildProcess; pool: pg.Pool; end(signal: NodeJS.Signals): Promise<void> };
type ServerOptions = {
  cluster: Cluster;
  folder: string;
  port: number;
  settings: Record<string, string>;
  warden: Warden;
};

async function startServer(options: ServerOptions): Promise<Server> {
  const { cluster, folder, port, settings, warden } = options;
  await promisify(execFile)('cp', ['-a', '--reflink=auto', cluster.folder, folder]);
  if (settings.primary_conninfo) await writeOwned(join(folder, 'standby.signal'), cluster.account);
  const child = await spawnServer(options);
  warden.watch(child);
  const url = urlOf(cluster, [port], 'harness');
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5000, query_timeout: 40_000 });
  pool.on('error', () => {}); // The primary is killed while connections are idle.
  await until(() => pool.query('select 1'), { timeoutMs: 20_000 });
  return {
    url,
    child,
    pool,
    async end(signal) {
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    },
  };
}

async function writeOwned(file: string, account: Account | undefined): Promise<void> {
  await writeFile(file, '');
  if (account) await promisify(execFile)('chown', [`${account.uid}:${account.gid}`, file]);
}

async function spawnServer({ cluster, folder, port, settings }: ServerOptions): Promise<ChildProcess> {
  const { account, binaries } = cluster;
  const log = await open(`${folder}.log`, 'a');
  const all = { max_connections: '200', shared_preload_libraries: 'pg_stat_statements', ...settings };
  const child = spawn(binaries.postgres, ['-D', folder, ...serverSettings({ port }, all)], {
    cwd: '/',
    env: { LC_ALL: 'C' },
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    ...(account && { uid: account.uid, gid: account.gid }),
  });
  await once(child, 'spawn');
  await log.close();
  return child;
}

/** Whether every commit of the primary waits for the standby. */
async function isStreaming({ pool }: Server): Promise<boolean> {
  const { rows } = await pool.query("select from pg_stat_replication where sync_state = 'sync'");
  return rows.length > 0;
}

const urlOf = ({ password }: Cluster, ports: readonly number[], application: string): string =>
  `postgres://whoosh:${password}@${ports.map((port) => `127.0.0.1:${port}`).join(',')}/whoosh?application_name=${application}`;
