import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '../../lib/log.ts';
import type { OutboxEntry } from './deliver.ts';

/** The reports that lie in the outbox folder; none when there is no such folder. */
export async function readEntries(folder: string, log: Log): Promise<OutboxEntry[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.json'));
  const entries = await Promise.all(names.map((name) => readEntry(join(folder, name), log)));
  return entries.filter((entry) => entry !== undefined);
}

async function readEntry(path: string, log: Log): Promise<OutboxEntry | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    // It was written whole or not at all, so somebody else has touched it: put aside for a person to look at.
    log.error({ err: error, path }, 'A stored report cannot be read; it is put aside as .damaged');
    await rename(path, `${path}.damaged`).catch(() => {});
    return undefined;
  }
}
