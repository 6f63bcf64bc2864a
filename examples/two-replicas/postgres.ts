import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { unprivilegedAccount } from '../../src/db/embedded/account.ts';
import { findBinaries } from '../../src/db/embedded/binaries.ts';
import { initialise } from '../../src/db/embedded/initialise.ts';
import { makePassword, readPassword } from '../../src/db/embedded/password.ts';
import { startPostmaster } from '../../src/db/embedded/postmaster.ts';
import { reachableBinaries } from '../../src/db/embedded/reachable-binaries.ts';
import { createLog } from '../../src/lib/log.ts';
import type { Warden } from '../../test/faults/fleet/warden.ts';
import { freePort } from '../../test/support/free-port.ts';
import { end } from '../process.ts';

/** A PostgreSQL that no replica has started, and that no replica starts again. */
export type Postgres = {
  /** Of the database `postgres`, as its superuser. */
  url: string;
  start(): Promise<void>;
  /** As `pg_ctl stop`: fast lets transactions roll back, immediate is a crash. */
  stop(mode: 'fast' | 'immediate'): Promise<void>;
};

const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** Makes a cluster in `home`, of the programs that npm brought, and starts it on a port of the loopback. */
export async function startPostgres(home: string, warden: Warden): Promise<Postgres> {
  const account = await unprivilegedAccount();
  const { initdb, postgres } = await reachableBinaries(await findBinaries(), account, createLog('error', false));
  const [folder, passwordFile] = [join(home, 'data'), join(home, 'password')];
  await mkdir(home);
  await makePassword(passwordFile, account);
  await initialise({ initdb, folder, passwordFile, account });
  const port = await freePort();
  const plan = { postgres, folder, logFile: join(home, 'log'), address: { port }, account, settings: {} };
  const start = async () => {
    const child = await startPostmaster(plan);
    warden.watch(child);
    return child;
  };
  let postmaster = await start();
  return {
    url: `postgres://whoosh:${await readPassword(passwordFile)}@127.0.0.1:${port}/postgres`,
    async start() {
      postmaster = await start();
    },
    stop: (mode) => end(postmaster, SIGNALS[mode]),
  };
}
