import { execFile } from 'node:child_process';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Log } from '../../lib/log.ts';
import type { Account } from './account.ts';
import type { Binaries } from './binaries.ts';
import { closedTo } from './closed-to.ts';
import { SYSTEM_FOLDER } from './place.ts';

const run = promisify(execFile);

/**
 * `binaries` where `account` can run them: in their place if it may go there, else a copy (60 MB, made once a version)
 * below /var/lib/whoosh, because a checkout below /root is closed to everybody but root.
 */
export async function reachableBinaries(binaries: Binaries, account: Account | undefined, log: Log): Promise<Binaries> {
  if (!account) return binaries;
  const closed = await closedTo(account, binaries.postgres);
  if (!closed) return binaries;
  const native = dirname(dirname(binaries.postgres));
  const copy = join(SYSTEM_FOLDER, `postgresql-${await packageVersion(native)}`);
  await copyOnce(native, copy, log, `${account.name}, who runs the database, may not enter ${closed}`);
  const inCopy = (path: string) => join(copy, 'bin', basename(path));
  return { initdb: inCopy(binaries.initdb), postgres: inCopy(binaries.postgres) };
}

async function packageVersion(native: string): Promise<string> {
  return JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')).version;
}

async function copyOnce(from: string, to: string, log: Log, why: string): Promise<void> {
  if (await stat(to).catch(() => undefined)) return;
  const draft = `${to}.${process.pid}`;
  await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  // The system's cp: 0.1 s, where Node's takes 1 s.
  await run('cp', ['-RP', from, draft]);
  await run('chmod', ['-R', 'a+rX', draft]);
  // Renamed when it is whole; a rename that fails means that another server has just put the same copy there.
  await rename(draft, to).catch(() => rm(draft, { recursive: true }));
  log.info({ folder: to }, `The programs of PostgreSQL were copied to ${to}: ${why}`);
}
