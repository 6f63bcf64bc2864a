import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../lib/log.ts';
import { processStart } from '../lib/process-start.ts';
import { type AttemptFolder, attemptFolder } from './attempt-folder.ts';
import { clearAttemptFolder } from './clear-attempt-folder.ts';
import { ATTEMPT_VARIABLE } from './executors/command-environment.ts';
import { readEntries } from './outbox/read-entries.ts';
import { killMarked } from './processes/kill-marked.ts';
import { signalGroup } from './processes/signal-group.ts';
import { recoverMirrors } from './workspace/recover-mirrors.ts';

/**
 * Clears up after a runner that was killed: ends the processes of its attempts, removes their folders (but those whose
 * report still waits in the outbox, and kept worktrees), and mends the mirrors. The caller holds the folder's lock.
 */
export async function recover(folder: string, environment: NodeJS.ProcessEnv, log: Log): Promise<void> {
  const waiting = new Set(
    (await readEntries(join(folder, 'outbox'), log)).map(({ task_id, epoch }) => `${task_id}-${epoch}`),
  );
  for (const name of await readdir(join(folder, 'attempts')).catch(() => [])) {
    const attempt = folderOf(folder, name);
    if (!attempt) continue;
    await endProcesses(attempt, log);
    if (!waiting.has(attempt.id)) await clearAttemptFolder(attempt).catch((err) => log.warn({ err }, `${name} stays`));
  }
  await recoverMirrors(join(folder, 'mirrors'), environment, log);
}

function folderOf(runnerFolder: string, name: string): AttemptFolder | undefined {
  const [, task_id, epoch] = /^([0-9a-f-]{36})-(\d+)$/.exec(name) ?? [];
  return task_id ? attemptFolder(runnerFolder, { task_id, epoch: Number(epoch) }) : undefined;
}

async function endProcesses(attempt: AttemptFolder, log: Log): Promise<void> {
  const left = await readFile(attempt.processFile, 'utf8').then(JSON.parse, () => undefined);
  // The same pid with another start belongs to somebody else by now.
  if (left?.start && (await processStart(left.pid)) === left.start) {
    log.warn({ pid: left.pid, attempt: attempt.id }, 'Ending a command that the killed runner left behind');
    signalGroup(left.pid, 'SIGKILL');
  }
  await killMarked(`${ATTEMPT_VARIABLE}=${attempt.id}`);
}
