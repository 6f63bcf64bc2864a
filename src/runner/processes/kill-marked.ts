import { readFile } from 'node:fs/promises';
import { allPids } from './proc-stat.ts';

// A round finds what was there when it began; a process that forks meanwhile is met in the next one. A fork bomb wins:
// after so many rounds (about 1 s) the caller is told.
const MAX_ROUNDS = 50;

/**
 * Kills every process whose environment holds `marker` (`NAME=value`), so also those that left their group by setsid.
 * Returns how many are known to be left. Best effort and Linux only: a process that cleared its environment, runs as
 * another user or made itself unreadable is not found, and elsewhere nothing is.
 */
export async function killMarked(marker: string): Promise<number> {
  if (process.platform !== 'linux') return 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await findMarked(marker);
    if (found.length === 0) return 0;
    found.forEach(kill);
  }
  return (await findMarked(marker)).length;
}

async function findMarked(marker: string): Promise<number[]> {
  const pids = await allPids();
  const marked = await Promise.all(pids.map(async (pid) => pid !== process.pid && (await carries(pid, marker))));
  return pids.filter((_, index) => marked[index]);
}

async function carries(pid: number, marker: string): Promise<boolean> {
  try {
    return `\0${await readFile(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${marker}\0`);
  } catch {
    // Gone meanwhile, or not ours to read: not ours to kill either.
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself since it was seen.
  }
}
