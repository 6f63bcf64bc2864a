import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { AttemptFailure } from '../attempt-failure.ts';
import { isWithin } from '../is-within.ts';

/**
 * The folder that a task names, with symbolic links resolved, when it lies in one of `roots` (resolved as well). Throws
 * AttemptFailure: directory_not_allowed (outside, or reached by a link that leads outside), directory_not_found.
 */
export async function allowedDirectory(path: string, roots: string[]): Promise<string> {
  if (!isAbsolute(path)) throw refused(path, 'is not an absolute path');
  const real = await realpath(path).catch(() => undefined);
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => resolve(root))));
  const allowed = realRoots.some((root) => isWithin(real ?? resolve(path), root));
  // Before it is said whether it exists: a task must not find out what else the machine holds.
  if (!allowed) throw refused(path, 'lies in none of the folders that agents.yaml allows (`directories`)');
  if (!real || !(await stat(real)).isDirectory()) {
    throw new AttemptFailure('directory_not_found', `There is no folder ${path} on this runner.`, false);
  }
  return real;
}

const refused = (path: string, why: string) =>
  new AttemptFailure('directory_not_allowed', `The folder ${path} ${why}.`, false);
