import { access, constants, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

/** Where the program is, or a sentence that says why it cannot be started. */
export type Found = { path: string } | { reason: string };

/**
 * Looks a program up the way a shell does: an absolute path is taken as it is, a plain name is searched in `searchPath`.
 * Relative folders in `searchPath` are skipped, so that nothing is ever started from inside a workspace by its name.
 */
export async function findExecutable(name: string, searchPath: string): Promise<Found> {
  if (isAbsolute(name)) return (await problemOf(name)) ?? { path: name };
  const paths = searchPath.split(':').filter(isAbsolute);
  let present: Found | undefined;
  for (const path of paths.map((folder) => join(folder, name))) {
    const problem = await problemOf(path);
    if (!problem) return { path };
    if (!problem.absent) present ??= { reason: problem.reason };
  }
  return present ?? { reason: `${name} is not found on PATH (${searchPath || 'which is empty'})` };
}

async function problemOf(path: string): Promise<{ reason: string; absent: boolean } | undefined> {
  const file = await stat(path).catch(() => undefined);
  if (!file) return { reason: `${path} does not exist or cannot be reached`, absent: true };
  if (!file.isFile()) return { reason: `${path} is not a file`, absent: false };
  const executable = await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
  return executable ? undefined : { reason: `${path} is not executable by this user`, absent: false };
}
