import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Account } from './account.ts';

/**
 * The outermost folder on the way to `path`, or `path` itself, that `account` may not enter (for a file: execute);
 * undefined when the way is open. It knows the account's own group only, which is all that `spawn` gives it.
 */
export async function closedTo(account: Account, path: string): Promise<string | undefined> {
  for (const step of [...ancestors(path), path]) {
    if (!mayEnter(account, await stat(step))) return step;
  }
  return undefined;
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...ancestors(parent), parent];
}

function mayEnter({ uid, gid }: Account, { uid: owner, gid: group, mode }: Stats): boolean {
  const bit = uid === owner ? 0o100 : gid === group ? 0o010 : 0o001;
  return (mode & bit) !== 0;
}
