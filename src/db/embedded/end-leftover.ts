import { execFile } from 'node:child_process';
import { readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Log } from '../../lib/log.ts';
import { processStart } from '../../lib/process-start.ts';

// As in stopPostmaster: fast, then immediate, then by force. Its clients are gone with their server, so the fast one
// takes 20 to 50 ms.
const SIGNALS = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5000],
  ['SIGKILL', 5000],
] as const;

/**
 * Ends the PostgreSQL that a killed server left running on `folder`, so that ours can start: as our own child, with our
 * settings and our version. Call it with the folder's lock held. A pid file whose pid belongs to some other process by
 * now is removed: PostgreSQL would take that process for a server and refuse to start.
 */
export async function endLeftover(folder: string, log: Log): Promise<void> {
  const pidFile = join(folder, 'postmaster.pid');
  const pid = Number.parseInt(await readFile(pidFile, 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !(await processStart(pid))) return;
  if (!(await servesFolder(pid, folder))) return rm(pidFile, { force: true });
  log.warn({ postgres_pid: pid }, 'Ending the PostgreSQL that an earlier server left behind');
  for (const [signal, limitMs] of SIGNALS) {
    signalProcess(pid, signal);
    if (await hasEnded(pid, limitMs)) return;
  }
  throw new Error(`The PostgreSQL (pid ${pid}) that an earlier server left on ${folder} cannot be ended.`);
}

/** Whether `pid` is a PostgreSQL on `folder`: it works in its data folder. */
async function servesFolder(pid: number, folder: string): Promise<boolean> {
  if (process.platform === 'linux') {
    // Not readable: a process of another account, which cannot be the owner of our folder.
    return (await readlink(`/proc/${pid}/cwd`).catch(() => '')) === folder;
  }
  const { stdout } = await promisify(execFile)('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({
    stdout: '',
  }));
  return stdout.includes(folder);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this moment, or it is not ours to end: the wait that follows tells which.
  }
}

async function hasEnded(pid: number, limitMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + limitMs;
  while (await processStart(pid)) {
    if (performance.now() > giveUpAt) return false;
    await pause(5);
  }
  return true;
}
