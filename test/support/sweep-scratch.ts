import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { endLeftover } from '../../src/db/embedded/end-leftover.ts';
import { lockFile } from '../../src/lib/lock-file.ts';
import type { Log } from '../../src/lib/log.ts';

const OLD_MS = 10 * 60_000;

/** Ends the servers and removes the folders below `parent` that test runs left behind when they were killed. */
export async function sweepScratch(parent: string, log: Log): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith('whoosh-test-'));
  for (const folder of names.map((name) => join(parent, name))) {
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Date.now() }));
    // A younger one may be a run that has not taken its lock yet.
    if (Date.now() - mtimeMs > OLD_MS) await sweep(folder, log).catch(() => {}); // It is in use, or somebody else's.
  }
}

async function sweep(folder: string, log: Log): Promise<void> {
  await lockFile(join(folder, 'postgres.lock'));
  await endLeftover(join(folder, 'postgres'), log);
  await rm(folder, { recursive: true });
}
