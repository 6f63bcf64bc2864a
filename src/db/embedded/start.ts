import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../lib/log.ts';
import { unprivilegedAccount } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { endLeftover } from './end-leftover.ts';
import { ensureDatabase } from './ensure-database.ts';
import { explainFolder } from './explain-folder.ts';
import { lockFolder } from './folder-lock.ts';
import { initialise } from './initialise.ts';
import { makePassword, readPassword } from './password.ts';
import { choosePlace, type Place } from './place.ts';
import { reachableBinaries } from './reachable-binaries.ts';
import { Supervisor } from './supervisor.ts';
import { chooseAddress, embeddedUrl } from './url.ts';

/** A running embedded PostgreSQL. */
export type Embedded = {
  /** postgres:// URL of the database `whoosh`; it stays the same for as long as this process supervises the server. */
  url: string;
  /** Pid of PostgreSQL; another one after it had to be started again. */
  readonly pid: number;
  /** Fast shutdown, after 10 s an immediate one; then the folder is free for another server. */
  stop(): Promise<void>;
};

/** How the embedded PostgreSQL is started. */
export type EmbeddedOptions = {
  /** The folder of WHOOSH_DATA_DIR; the database is `postgres` in it, with `postgres.log` and `.password` beside it. */
  dataDir: string;
  log: Log;
  /** Settings of PostgreSQL in place of ours; tests turn fsync off. */
  settings?: Record<string, string>;
};

const MAX_LOG_BYTES = 10 * 2 ** 20;

/**
 * Starts the PostgreSQL 18 that npm brought, on the data folder, and keeps it running; creates the database at the
 * first start (about 1 s; 0.1 s after that). Works for a plain user and for root, who gets it run by another account.
 *
 * Refuses (Error, one sentence with the remedy) when another server uses the folder (it names the pid), the folder
 * cannot be used, this platform has no binaries, or PostgreSQL does not start (the end of its log).
 * A PostgreSQL left behind by a killed server is ended first.
 */
export async function startEmbedded({ dataDir, log, settings = {} }: EmbeddedOptions): Promise<Embedded> {
  const [found, wanted] = await Promise.all([findBinaries(), unprivilegedAccount()]);
  const place = await choosePlace(dataDir, wanted, log);
  const binaries = await reachableBinaries(found, place.account, log);
  const unlock = await lockFolder(place.folder).catch(explain(dataDir));
  try {
    const { supervisor, url } = await start(binaries, place, log, settings);
    return {
      url,
      get pid() {
        return supervisor.pid;
      },
      stop: () => supervisor.stop().finally(unlock),
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function start(binaries: Binaries, { folder, account }: Place, log: Log, settings: Record<string, string>) {
  const passwordFile = `${folder}.password`;
  await endLeftover(folder, log);
  if (!(await clusterVersion(folder))) {
    await makePassword(passwordFile, account).catch(explain(folder));
    await initialise({ initdb: binaries.initdb, folder, passwordFile, account });
  }
  const [password, address] = await Promise.all([readPassword(passwordFile), chooseAddress(folder)]);
  const logFile = await trimmedLog(`${folder}.log`);
  const supervisor = await Supervisor.start(
    { postgres: binaries.postgres, folder, logFile, address, account, settings },
    log,
  );
  await ensureDatabase(embeddedUrl(address, password)).catch(async (error) => {
    await supervisor.stop();
    throw error;
  });
  return { supervisor, url: embeddedUrl(address, password) };
}

const explain = (folder: string) => (error: unknown) => {
  throw (error as NodeJS.ErrnoException).code ? explainFolder(folder, error) : error;
};

async function clusterVersion(folder: string): Promise<string | undefined> {
  return readFile(join(folder, 'PG_VERSION'), 'utf8').catch((error) => {
    if (error.code === 'ENOENT') return undefined;
    throw explainFolder(folder, error);
  });
}

async function trimmedLog(file: string): Promise<string> {
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size > MAX_LOG_BYTES) await rename(file, `${file}.old`);
  return file;
}
