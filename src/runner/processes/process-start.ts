import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { procStat } from './proc-stat.ts';

const run = promisify(execFile);

/**
 * When the process with this pid began, as an opaque text that no later process with the same pid shares; undefined when
 * there is none. On Linux it holds the boot's id, because start times are counted from the boot.
 */
export const processStart = (pid: number): Promise<string | undefined> =>
  process.platform === 'linux' ? fromProc(pid) : fromPs(pid);

async function fromProc(pid: number): Promise<string | undefined> {
  const stat = await procStat(pid);
  if (!stat || stat.state === 'Z') return undefined;
  const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  return `${boot.trim()}:${stat.startTicks}`;
}

async function fromPs(pid: number): Promise<string | undefined> {
  const options = { env: { ...process.env, LC_ALL: 'C' } };
  // ps exits with 1 when there is no such process.
  const { stdout } = await run('ps', ['-o', 'lstart=', '-p', String(pid)], options).catch(() => ({ stdout: '' }));
  return stdout.trim() || undefined;
}
