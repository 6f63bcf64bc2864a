import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { testPool } from '../../support/pool.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { until } from '../../support/until.ts';
import { makeCluster } from '../fleet/cluster.ts';
import { openWarden } from '../fleet/warden.ts';
import { openPair } from './pair.ts';

async function pair() {
  const home = await scratchFolder();
  const warden = openWarden();
  warden.remove(home);
  const cluster = await makeCluster(join(home, 'cluster'));
  const opened = await openPair(cluster, join(home, 'postgres'), warden);
  onTestFinished(async () => {
    await opened.close();
    await rm(home, { recursive: true, force: true });
  });
  return opened;
}

test('a primary dies and its standby takes over: no write that was acknowledged is lost, and work goes on [DB13]', async () => {
  const { ports, urlThrough, sql, killOld, promote } = await pair();
  await sql('create table thing (n int primary key)');
  // The standby is named first: it must be passed over for as long as it is one.
  const pool = testPool(urlThrough(ports.toReversed(), 'test'));
  const acknowledged: number[] = [];
  const stop = new AbortController();
  const write = async (from: number) => {
    for (let n = from; !stop.signal.aborted; n += 4) {
      const written = pool.query('insert into thing values ($1)', [n]);
      await written.then(
        () => acknowledged.push(n),
        () => pause(10),
      );
    }
  };
  const writers = [0, 1, 2, 3].map(write);
  await until(() => acknowledged.length > 100);
  await killOld();
  await promote();
  const promotedAt = performance.now();
  const before = acknowledged.length;
  await until(() => acknowledged.length > before, { everyMs: 5 });
  const backMs = performance.now() - promotedAt;
  stop.abort();
  await Promise.all(writers);
  const there = new Set((await sql<{ n: number }>('select n from thing')).map(({ n }) => n));
  expect(acknowledged.filter((n) => !there.has(n))).toEqual([]);
  expect(backMs).toBeLessThan(2000);
});
