import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * When a process started, in a form that is only good for comparing; undefined when there is no such process (a zombie
 * counts as none). Pid and start together name one process: pids are used again, after a reboot from the same numbers.
 */
export function processStart(pid: number): Promise<string | undefined> {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

async function fromProc(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in brackets, which may itself hold spaces and brackets.
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    return `${boot.trim()}/${rest[18]}`; // field 22: clock ticks since the boot
  } catch {
    return undefined; // There is no such process, or it ended while we looked.
  }
}

async function fromPs(pid: number): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'stat=,lstart=', '-p', String(pid)], {
      env: { LC_ALL: 'C' },
    });
    return stdout.trim().startsWith('Z') ? undefined : stdout.trim().replace(/^\S+\s+/, '') || undefined;
  } catch {
    return undefined; // ps fails for a pid that does not exist.
  }
}
