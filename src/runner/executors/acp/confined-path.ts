import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { isWithin } from '../../is-within.ts';

/**
 * Where a path really leads, with symbolic links resolved as far as it exists, when that is one of `roots` or below one;
 * undefined when it is relative, leads outside, or ends in a link that leads nowhere.
 */
export async function confinedPath(path: string, roots: string[]): Promise<string | undefined> {
  if (!isAbsolute(path) || path.includes('\0')) return undefined;
  const real = await realOf(path);
  if (!real) return undefined;
  const allowed = await Promise.all(roots.map((root) => realpath(root).catch(() => root)));
  return allowed.some((root) => isWithin(real, root)) ? real : undefined;
}

// The nearest folder that exists decides: what is missing below it cannot be a link.
async function realOf(path: string): Promise<string | undefined> {
  try {
    return await realpath(path);
  } catch {
    // It does not exist, or a link in it leads nowhere.
    if (await lstat(path).catch(() => undefined)) return undefined;
    if (dirname(path) === path) return undefined;
    const parent = await realOf(dirname(path));
    return parent && basename(path) !== '..' ? join(parent, basename(path)) : undefined;
  }
}
