import { lstat, readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { AttemptFolder } from '../attempt-folder.ts';
import type { OutputLog } from '../output/output-log.ts';

export type ArtifactFile = { name: string; path: string; type: string };

const MOST_FILES = 200;
const MOST_BYTES = 104_857_600;
const TEXT = new Set(['.txt', '.md', '.log', '.csv', '.patch', '.diff', '.json', '.yaml', '.yml', '.xml', '.html']);

/**
 * The files that an attempt leaves to its task: what the command put into its artifacts folder, then the runner's own
 * (changes.patch, commits.json), which win over others of the same name. Only regular files directly in the folder,
 * at most 100 MiB each and 200 in all; a log entry names what is left out.
 */
export async function listArtifacts(folder: AttemptFolder, output: OutputLog): Promise<ArtifactFile[]> {
  const byName = new Map<string, ArtifactFile>();
  for (const from of [folder.artifacts, folder.changes]) {
    for (const name of await namesIn(from)) {
      const problem = byName.size < MOST_FILES ? await problemOf(join(from, name), name) : `over ${MOST_FILES} files`;
      if (problem) output.system(`The artifact ${JSON.stringify(name)} is left out: ${problem}.`);
      else byName.set(name, { name, path: join(from, name), type: typeOf(name) });
    }
  }
  return [...byName.values()];
}

/** None when the command put a link in its place: what that leads to is not what the command made. */
async function namesIn(folder: string): Promise<string[]> {
  const isOurs = await lstat(folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return isOurs ? (await readdir(folder)).sort() : [];
}

async function problemOf(path: string, name: string): Promise<string | undefined> {
  const found = await lstat(path);
  if (found.isDirectory()) return 'it is a folder; pack it into one file';
  // Also no links: one could lead to any file that the runner may read.
  if (!found.isFile()) return 'it is not a regular file';
  if (found.size > MOST_BYTES) return 'it is over 100 MiB';
  return /^[^/\\\p{Cc}]{1,200}$/u.test(name) ? undefined : 'its name is too long or holds control characters';
}

const typeOf = (name: string): string =>
  TEXT.has(extname(name).toLowerCase()) ? 'text/plain; charset=utf-8' : 'application/octet-stream';
