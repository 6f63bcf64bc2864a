import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../lib/log.ts';
import { git } from './git.ts';
import { gitEnvironment } from './git-environment.ts';

/**
 * Mends the mirrors after a killed runner: lock files of a git that is gone, worktrees whose folder is gone, and branches
 * of attempts that no worktree uses. Nobody else may use them meanwhile.
 */
export async function recoverMirrors(folder: string, environment: NodeJS.ProcessEnv, log: Log): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    await recoverMirror(path, environment).catch((err) => log.warn({ err, path }, 'A mirror could not be mended'));
  }
}

async function recoverMirror(path: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await removeLocks(path);
  const options = { cwd: path, env: gitEnvironment(environment) };
  const inMirror = (...args: string[]) => git([`--git-dir=${path}`, ...args], options);
  await inMirror('worktree', 'prune', '--expire=now');
  const listed = await inMirror('for-each-ref', '--format=%(worktreepath)|%(refname:short)', 'refs/heads/whoosh');
  const unused = listed.split('\n').filter((line) => line.startsWith('|'));
  for (const line of unused) await inMirror('branch', '--quiet', '-D', '--', line.slice(1));
}

async function removeLocks(path: string): Promise<void> {
  // Not in objects, which is large and has no locks but this one.
  await rm(join(path, 'objects', 'maintenance.lock'), { force: true });
  for (const entry of await readdir(path, { withFileTypes: true })) {
    if (entry.name === 'objects') continue;
    const at = join(path, entry.name);
    if (entry.isDirectory()) await removeLocks(at);
    else if (entry.name.endsWith('.lock')) await rm(at, { force: true });
  }
}
