import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { testPool } from '../../test/support/pool.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { createLog } from '../lib/log.ts';
import { findPrimary } from './find-primary.ts';
import { Listener } from './listener.ts';
import { migrate } from './migrate.ts';
import { listMigrations, MIGRATIONS_FOLDER } from './migrations.ts';
import { openNotifier } from './notifier.ts';

/** The URLs of one database by several ways, as one URL. */
function joined(...urls: string[]): string {
  const all = urls.map((url) => new URL(url));
  return all[0]!.href.replace(all[0]!.host, all.map(({ host }) => host).join(','));
}

async function twoWays() {
  const { db, url } = await testDatabase();
  const [one, two] = [await tcpProxy(url), await tcpProxy(url)];
  return { db, one, two, url: joined(one.url, two.url) };
}

/** A host that takes connections and says nothing. */
async function silentUrl(like: string): Promise<string> {
  const server = createServer(() => {});
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return Object.assign(new URL(like), { port: String((server.address() as AddressInfo).port) }).href;
}

test('a host that is away is passed over, at the start and later, and nothing is asked to come back [DB13]', async () => {
  const { one, two, url } = await twoWays();
  one.down();
  const pool = testPool(url, { pingAfterIdleMs: 0 });
  expect(await pool.query('select 1 as n')).toEqual([{ n: 1 }]);
  one.up();
  two.down();
  await Promise.all([1, 2, 3].map((n) => pool.query('select $1::int as n', [n])));
  expect([one.count() > 0, two.count()]).toEqual([true, 0]);
  two.up();
  await pool.query('select 1');
  expect(two.count()).toBe(0);
});

test('with all hosts away a statement is unavailable at once, and works when one is back', async () => {
  const { one, two, url } = await twoWays();
  const pool = testPool(url);
  one.down();
  two.down();
  expect(await refusalOf(pool.query('select 1'))).toMatchObject({ code: 'unavailable' });
  two.up();
  expect(await pool.query('select 1 as n')).toEqual([{ n: 1 }]);
});

test('a host that takes connections and accepts no writes is not used, not even to read [DB13]', async () => {
  const { db, one, url } = await twoWays();
  const [{ name } = {}] = await db.query<{ name: string }>('select current_database() as name');
  await db.query(`alter database ${name} set default_transaction_read_only = on`);
  const pool = testPool(url);
  const refusal = await refusalOf(pool.query('select 1'));
  expect(refusal).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no writes') });
  await db.query(`alter database ${name} set default_transaction_read_only = off`);
  expect(await pool.query('select 1 as n')).toEqual([{ n: 1 }]);
  expect(one.count()).toBeGreaterThan(0);
});

test('of two that accept writes every replica takes the one that is named first', async () => {
  const { one, url } = await twoWays();
  const found = await Promise.all(Array.from({ length: 8 }, () => findPrimary(url, 2000)));
  expect(new Set(found)).toEqual(new Set([one.url]));
});

test('a host that says nothing holds up nobody for longer than connecting may take, and a second', async () => {
  const { two } = await twoWays();
  const pool = testPool(joined(await silentUrl(two.url), two.url), { connectTimeoutMs: 300 });
  const start = performance.now();
  await Promise.all([1, 2, 3].map((n) => pool.query('select $1::int', [n])));
  expect(performance.now() - start).toBeLessThan(300 + 1000 + 500);
});

test('migrations go to the host that is there', async () => {
  const { url } = await emptyDatabase();
  const [one, two] = [await tcpProxy(url), await tcpProxy(url)];
  one.down();
  expect(await migrate(joined(one.url, two.url))).toEqual(await listMigrations(MIGRATIONS_FOLDER));
});

test('notifications are heard by the host that is left', async () => {
  const { db, one, two, url } = await twoWays();
  const listener = new Listener({ url, log: createLog('silent', false) });
  onTestFinished(() => listener.close());
  await until(() => listener.roundTripMs !== null && one.count() === 1);
  one.down();
  await until(() => listener.roundTripMs !== null && two.count() === 1);
  let heard = 0;
  listener.subscribe('work', () => heard++);
  openNotifier(db).notify('work');
  await until(() => heard === 1);
});
