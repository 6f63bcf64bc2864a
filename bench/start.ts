import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { atMost } from './at-most.ts';
import type { Figure } from './figure.ts';
import { startServerProcess } from './server-process.ts';

/** Time for an idle server to come to rest before its memory is read. */
const SETTLE_MS = 5000;

/** First start on an empty folder, a later one, and the memory of the idle server without PostgreSQL. */
export async function start(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  try {
    const first = await startServerProcess(dataDir);
    await first.stop();
    const later = await startServerProcess(dataDir);
    await pause(SETTLE_MS);
    const rss = later.rssBytes() / 2 ** 20;
    await later.stop();
    return [
      atMost('first start to ready', first.readyMs / 1000, 5, 's', 2),
      atMost('later start to ready', later.readyMs / 1000, 2, 's', 2),
      atMost('idle server without PostgreSQL', rss, 150, 'MiB', 0),
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
