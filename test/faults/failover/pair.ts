import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Account } from '../../../src/db/embedded/account.ts';
import { hasEnded } from '../../../src/db/embedded/postmaster.ts';
import { spawnPostmaster } from '../../../src/db/embedded/spawn-postmaster.ts';
import { until } from '../../support/until.ts';
import type { Cluster } from '../fleet/cluster.ts';
import { clusterUrl } from '../fleet/cluster-url.ts';
import { planServer } from '../fleet/plan-server.ts';
import { openPostgres, type Postgres } from '../fleet/postgres.ts';
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
  const primary = await openPostgres(cluster, folder, warden, { synchronous_standby_names: '*' });
  const standby = await startStandby(cluster, `${folder}-standby`, warden, primary.ports[0]!);
  let current: Pick<Postgres, 'url' | 'pid' | 'sql'> = primary;
  await until(async () => (await isStreaming(primary)) || null, { timeoutMs: 20_000 });
  return {
    get url() {
      return current.url;
    },
    ports: [...primary.ports, standby.port],
    urlThrough: primary.urlThrough,
    sql: (text, values) => current.sql(text, values),
    get pid() {
      return current.pid;
    },
    start: () => Promise.reject(new Error('The old primary may not come back as a second one.')),
    stop: () => Promise.reject(new Error('A pair is not stopped.')),
    killOld: () => primary.stop('kill'),
    async promote() {
      await standby.sql('select pg_promote(true, 30)');
      current = standby;
    },
    async close() {
      await standby.close();
      await primary.close();
    },
  };
}

/** Starts it and waits until it can be read; one that is in recovery never says that it is ready. */
async function startStandby(cluster: Cluster, folder: string, warden: Warden, primaryPort: number) {
  const primary_conninfo = `host=127.0.0.1 port=${primaryPort} user=whoosh password=${cluster.password}`;
  const plan = await planServer(cluster, folder, { primary_conninfo });
  await writeOwned(join(folder, 'standby.signal'), cluster.account);
  const { child } = await spawnPostmaster(plan);
  warden.watch(child);
  const { port } = plan.address;
  const url = clusterUrl(cluster, [port], 'harness');
  // To be promoted takes up to 30 s.
  const pool = new pg.Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5000, query_timeout: 40_000 });
  pool.on('error', () => {}); // It ends while connections are idle.
  await until(() => pool.query('select 1'), { timeoutMs: 20_000 });
  const sql: Postgres['sql'] = async (text, values) => (await pool.query(text, values)).rows;
  return {
    url,
    port,
    pid: child.pid!,
    sql,
    async close() {
      await pool.end();
      if (hasEnded(child)) return;
      const ended = once(child, 'exit');
      child.kill('SIGQUIT');
      await ended;
    },
  };
}

async function writeOwned(file: string, account: Account | undefined): Promise<void> {
  await writeFile(file, '');
  if (account) await promisify(execFile)('chown', [`${account.uid}:${account.gid}`, file]);
}

/** Whether every commit of the primary waits for the standby. */
async function isStreaming({ sql }: Postgres): Promise<boolean> {
  return (await sql("select from pg_stat_replication where sync_state = 'sync'")).length > 0;
}
