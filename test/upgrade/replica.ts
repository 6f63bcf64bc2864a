import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { end } from '../../examples/process.ts';
import { freePort } from '../support/free-port.ts';
import { spawnWhoosh } from '../support/spawn-whoosh.ts';
import { until } from '../support/until.ts';
import type { Checkout } from './check-out.ts';

/** Where everything of one run lies, and the database that all versions share. */
export type Site = { folder: string; databaseUrl: string; key: string };

/** A server of some version in a process of its own. */
export type Replica = {
  name: string;
  version: string;
  url: string;
  /** The balancer sends it nothing once it was asked to stop. */
  isRunning: boolean;
  /** SIGTERM; answers the exit code. */
  stop(): Promise<number | null>;
};

const READY_MS = 30_000;

/** Starts a server of this version on the shared database and waits until it is ready. */
export async function startReplica({ name: version, folder }: Checkout, name: string, site: Site): Promise<Replica> {
  const dataDir = join(site.folder, name);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, 'admin.key'), `${site.key}\n`, { mode: 0o600 });
  const port = await freePort();
  const env = {
    DATABASE_URL: site.databaseUrl,
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_PORT: String(port),
    WHOOSH_LOCAL_RUNNER: 'off',
    DB_POOL_SIZE: '8',
    DB_MAX_OVERFLOW: '8',
    // One key makes the whole load; the version before takes no notice.
    RATE_LIMIT_KEYS: '0',
    RATE_LIMIT_RUNNERS: '0',
  };
  const child = spawnWhoosh(['serve'], { checkout: folder, logFile: join(site.folder, `${name}.log`), env });
  const replica = {
    name,
    version,
    url: `http://127.0.0.1:${port}`,
    isRunning: false,
    async stop() {
      replica.isRunning = false;
      await end(child, 'SIGTERM');
      return child.exitCode;
    },
  };
  await until(() => isReady(child, replica), { timeoutMs: READY_MS });
  replica.isRunning = true;
  return replica;
}

async function isReady(child: ChildProcess, { url, name }: Replica): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`${name} ended before it was ready, with ${child.exitCode}`);
  return fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}
