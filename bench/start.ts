import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
      seconds('first start to ready', first.readyMs, 5),
      seconds('later start to ready', later.readyMs, 2),
      {
        what: 'idle server without PostgreSQL',
        measured: `${rss.toFixed(0)} MiB`,
        goal: '<= 150 MiB',
        met: rss <= 150,
      },
    ];
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

const seconds = (what: string, ms: number, goal: number): Figure => ({
  what,
  measured: `${(ms / 1000).toFixed(2)} s`,
  goal: `<= ${goal} s`,
  met: ms <= goal * 1000,
});
