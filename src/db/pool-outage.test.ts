import { type AddressInfo, createServer, type Server } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { testPool } from '../../test/support/pool.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer(() => {});
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

test('a connection killed while idle is never seen by a request [DB7] [S4]', async () => {
  const { db, url } = await testDatabase();
  const pool = testPool(url, { pingAfterIdleMs: 0 });
  for (let round = 0; round < 20; round++) {
    await Promise.all([1, 2, 3].map(() => pool.query('select pg_sleep(0.001)')));
    await db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pool under test'");
    expect(await Promise.all([1, 2, 3].map((n) => pool.query('select $1::int as n', [n])))).toEqual([
      [{ n: 1 }],
      [{ n: 2 }],
      [{ n: 3 }],
    ]);
  }
});

test('half-open connections are all replaced at the price of one second, not one second each [DB8]', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url, { pingAfterIdleMs: 0, min: 5 });
  await Promise.all([1, 2, 3, 4, 5].map(() => pool.query('select pg_sleep(0.05)')));
  expect(pool.stats()).toEqual({ size: 5, idle: 5, waiting: 0, limit: 5 });
  proxy.freeze();
  const start = performance.now();
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(performance.now() - start).toBeLessThan(2000);
});

test('a server that stops answering in the middle of a statement is met by the deadline, and the next call works [DB8]', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url, { max: 1, queryTimeoutMs: 300 });
  await pool.query('select 1');
  const stuck = refusalOf(pool.query('select pg_sleep(0.1)'));
  await until(() => proxy.count() === 1);
  proxy.freeze();
  expect(await stuck).toMatchObject({ code: 'unavailable', message: expect.stringContaining('in time') });
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a connection killed in the middle of a statement is unavailable, and the next call gets another', async () => {
  const { db, url } = await testDatabase();
  const pool = testPool(url, { max: 1 });
  const killed = refusalOf(pool.query('select pg_sleep(30)'));
  const kill = `select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'pool under test' and query like '%pg_sleep(30)%'`;
  await until(async () => (await db.query(kill)).length);
  expect(await killed).toMatchObject({ code: 'unavailable', message: expect.stringContaining('cannot be reached') });
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('a caller that finds no free connection in time is refused as unavailable', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1, connectTimeoutMs: 200 });
  await pool.query('select 1');
  const busy = pool.query('select pg_sleep(0.6)');
  expect(await refusalOf(pool.query('select 1'))).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no free connection'),
  });
  await busy;
});

test('a server that is not there is unavailable, and the sentence does not tell its address [DB10]', async () => {
  const { server, port } = await listen();
  await new Promise((resolve) => server.close(resolve));
  const refusal = await refusalOf(testPool(`postgres://me:secret@127.0.0.1:${port}/x`).query('select 1'));
  expect(refusal.code).toBe('unavailable');
  expect(refusal.message).not.toMatch(/127|secret|me/);
});

test('a server that accepts but never speaks is unavailable after the connect limit', async () => {
  const { port } = await listen();
  const pool = testPool(`postgres://me@127.0.0.1:${port}/x`, { connectTimeoutMs: 200 });
  expect(await refusalOf(pool.query('select 1'))).toMatchObject({ code: 'unavailable' });
});

test('a wrong password is unavailable, not a defect', async () => {
  const { url } = await testDatabase();
  const wrong = Object.assign(new URL(url), { username: 'nobody_here', password: 'wrong' }).href;
  expect(await refusalOf(testPool(wrong).query('select 1'))).toMatchObject({ code: 'unavailable' });
});

test('a database that became read-only is unavailable, and its connections are replaced after that', async () => {
  const { db, url } = await testDatabase();
  const [{ name } = {}] = await db.query<{ name: string }>('select current_database() as name');
  await db.query(`create table thing (a int); alter database ${name} set default_transaction_read_only = on`);
  const pool = testPool(url);
  const write = () => pool.query('insert into thing values (1)');
  expect(await refusalOf(write())).toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('no writes'),
  });
  await db.query(`alter database ${name} set default_transaction_read_only = off`);
  expect(await write()).toEqual([]);
});

test('a ping tells the round trip, and is refused within its limit when the server does not answer', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url, { max: 1 });
  expect(await pool.ping(1000)).toBeGreaterThan(0);
  proxy.freeze();
  const start = performance.now();
  expect(await refusalOf(pool.ping(200))).toMatchObject({ code: 'unavailable' });
  expect(performance.now() - start).toBeLessThan(1000);
});

test('closing does not wait for a server that answers no more', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url);
  await pool.query('select 1');
  proxy.freeze();
  await pool.close(50);
  expect(pool.stats()).toEqual({ size: 0, idle: 0, waiting: 0, limit: 5 });
});
