import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from '../../lib/within.ts';
import { logTail } from './log-tail.ts';
import { type ServerPlan, spawnPostmaster } from './spawn-postmaster.ts';

// Recovery after a crash replays at most max_wal_size, a few seconds of work; a busy disk may take longer.
const START_LIMIT_MS = 60_000;

/**
 * Starts PostgreSQL as a child and returns it when it takes connections. Refuses with the end of its log when it ends
 * before that.
 */
export async function startPostmaster(plan: ServerPlan): Promise<ChildProcess> {
  const { child, logStart } = await spawnPostmaster(plan);
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (!(await isReady(child, plan.folder))) {
    if (hasEnded(child)) throw await startFailure(child, plan.logFile, logStart);
    if (performance.now() > giveUpAt) {
      await stopPostmaster(child, 1000);
      throw new Error(`PostgreSQL was not ready within ${START_LIMIT_MS / 1000} s.`);
    }
    await pause(5);
  }
  return child;
}

/**
 * Ends a server: a fast shutdown (open transactions are rolled back, all is written), after `fastMs` an immediate one
 * (recovery at the next start), after 5 s more SIGKILL. Returns when it has ended.
 */
export async function stopPostmaster(child: ChildProcess, fastMs = 10_000): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await within(fastMs, exited).catch(() => child.kill('SIGQUIT'));
  await within(5000, exited).catch(() => child.kill('SIGKILL'));
  await exited;
}

/** Whether a child has ended, and its `exit` was told. */
export const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;

// The server writes its state into line 8 of its pid file, which is what pg_ctl waits for.
async function isReady(child: ChildProcess, folder: string): Promise<boolean> {
  const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  return Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready';
}

async function startFailure(child: ChildProcess, logFile: string, logStart: number): Promise<Error> {
  const end = child.signalCode ?? `exit code ${child.exitCode}`;
  return new Error(`PostgreSQL ended while it was starting (${end}): ${await logTail(logFile, logStart)}`);
}
