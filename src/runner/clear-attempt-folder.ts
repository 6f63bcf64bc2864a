import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptFolder } from './attempt-folder.ts';
import { removeFolder } from './remove-folder.ts';

/** Removes the files of an attempt that is over; of a kept one, everything but its workspace. */
export async function clearAttemptFolder(folder: AttemptFolder): Promise<void> {
  if (!existsSync(folder.keptFile)) return removeFolder(folder.path);
  const rest = (await readdir(folder.path).catch(() => [])).map((name) => join(folder.path, name));
  for (const path of rest) if (path !== folder.workspace && path !== folder.keptFile) await removeFolder(path);
}
