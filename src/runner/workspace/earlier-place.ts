import { mkdir } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import type { Grant } from '../../tasks/attempt-schema.ts';
import type { AttemptFolder } from '../attempt-folder.ts';
import { removeFolder } from '../remove-folder.ts';

/** A workspace of an attempt, as seen from the runner's folder. */
const PLACE = /^attempts\/[0-9a-f-]{36}-\d+\/workspace$/;

/**
 * The folder of an attempt that goes on with a session of this runner: its workspace lies where the earlier one did,
 * because sessions remember paths. Unless that place is taken, by another task that goes on with the same one.
 */
export async function atEarlierPlace(
  folder: AttemptFolder,
  runnerFolder: string,
  { continues, workspace }: Pick<Grant, 'continues' | 'workspace'>,
): Promise<AttemptFolder> {
  const place = placeOf(continues?.session);
  if (!place || workspace.kind === 'directory' || !PLACE.test(relative(runnerFolder, place))) return folder;
  try {
    // Fails when it is there: whoever makes the folder has the place.
    await mkdir(dirname(place), { mode: 0o700 });
  } catch {
    return folder;
  }
  return { ...folder, workspace: place, keptFile: join(dirname(place), 'kept') };
}

/** Removes the earlier place, which lies outside the attempt's own folder. */
export async function leaveEarlierPlace(folder: AttemptFolder): Promise<void> {
  const place = dirname(folder.workspace);
  if (place !== folder.path) await removeFolder(place).catch(() => {});
}

function placeOf(session: unknown): string | undefined {
  const place = (session as { cwd?: unknown } | null | undefined)?.cwd;
  return typeof place === 'string' ? place : undefined;
}
