import { type AddressInfo, createServer, type Server } from 'node:net';
import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { AppError } from '../errors.ts';
import { openPool } from './pool.ts';
import type { PoolOptions } from './pool-config.ts';

function testPool(url: string, options: Partial<PoolOptions> = {}) {
  const limits = { recycleS: 3600, connectTimeoutMs: 2000, queryTimeoutMs: 5000 };
  const pool = openPool({ url, name: 'pool under test', min: 1, max: 5, ...limits, ...options });
  onTestFinished(() => pool.close(0));
  return pool;
}

const refusalOf = (promise: Promise<unknown>): Promise<AppError> =>
  promise.then(
    () => expect.unreachable('it was not refused'),
    (error) => {
      expect(error).toBeInstanceOf(AppError);
      return error;
    },
  );

async function listen(): Promise<{ server: Server; port: number }> {
  const server = createServer(() => {});
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, port: (server.address() as AddressInfo).port };
}

const backendPid = 'select pg_backend_pid() as pid';

test('values come as JavaScript wants them', async () => {
  const { url } = await testDatabase();
  const [row] = await testPool(url).query(`
    select 7::int8 as small, 9007199254740993::int8 as huge, '{1,null,2}'::int8[] as smalls, sum(2::int4) as total,
      timestamptz '2026-01-02 03:04:05.678901+02' as moment, timestamptz '2026-01-02 03:04:05+00' as whole,
      '{"2026-01-02 03:04:05.6+00"}'::timestamptz[] as moments, 'infinity'::timestamptz as never,
      timestamptz '12026-01-02 00:00+00' as far, date '2026-01-02' as day, timestamp '2026-01-02 03:04:05' as local,
      '{"a":[1]}'::jsonb as b, '[null]'::json as j, 1.50::numeric as money, array['x','y,z'] as words, null::int8 as nothing`);
  expect(row).toEqual({
    small: 7,
    huge: '9007199254740993',
    smalls: [1, null, 2],
    total: 2,
    moment: '2026-01-02T01:04:05.678Z',
    whole: '2026-01-02T03:04:05.000Z',
    moments: ['2026-01-02T03:04:05.600Z'],
    never: 'infinity',
    far: expect.stringContaining('12026-01-02'),
    day: '2026-01-02',
    local: '2026-01-02 03:04:05',
    b: { a: [1] },
    j: [null],
    money: '1.50',
    words: ['x', 'y,z'],
    nothing: null,
  });
});

test('sessions are in UTC, carry their name and keep the options of the URL', async () => {
  const { url } = await testDatabase();
  const pool = testPool(`${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c work_mem=5MB')}`);
  expect(
    await pool.query(`select current_setting('timezone') as zone, current_setting('application_name') as name,
      current_setting('work_mem') as memory, current_setting('statement_timeout') as limit`),
  ).toEqual([{ zone: 'UTC', name: 'pool under test', memory: '5MB', limit: '5s' }]);
});

test('a named statement is prepared once a connection', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1 });
  for (const n of [1, 2, 3]) {
    expect(await pool.query('select $1::int as n', [n], { name: 'number' })).toEqual([{ n }]);
  }
  expect(
    await pool.query(
      "select name, generic_plans + custom_plans as runs from pg_prepared_statements where name = 'number'",
    ),
  ).toEqual([{ name: 'number', runs: 3 }]);
});

test('a named statement survives a migration that adds a column to what it returns', async () => {
  const { db, url } = await testDatabase();
  await db.query('create table thing (a int); insert into thing values (1)');
  const pool = testPool(url, { max: 2 });
  const read = () => pool.query('select * from thing', [], { name: 'things' });
  const readInTransaction = () => pool.transaction((trx) => trx.query('select * from thing', [], { name: 'things' }));
  await Promise.all([read(), read(), readInTransaction()]);
  await db.query('alter table thing add b int');
  expect(await Promise.all([read(), read(), readInTransaction()])).toEqual(Array(3).fill([{ a: 1, b: null }]));
  await db.query('alter table thing add c int');
  expect(await Promise.all([readInTransaction(), readInTransaction()])).toEqual(
    Array(2).fill([{ a: 1, b: null, c: null }]),
  );
});

test('a connection killed while idle is never seen by a request', async () => {
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

test('half-open connections are all replaced at the price of one second, not one second each', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url, { pingAfterIdleMs: 0, min: 5 });
  await Promise.all([1, 2, 3, 4, 5].map(() => pool.query('select pg_sleep(0.05)')));
  expect(pool.stats()).toEqual({ size: 5, idle: 5, waiting: 0 });
  proxy.freeze();
  const start = performance.now();
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(performance.now() - start).toBeLessThan(2000);
});

test('a server that stops answering in the middle of a statement is met by the deadline, and the next call works', async () => {
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

test('a statement over its time limit is refused as unavailable and its connection is kept', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1, queryTimeoutMs: 200 });
  const before = await pool.query(backendPid);
  const refusal = await refusalOf(pool.query('select pg_sleep(5)'));
  expect(refusal).toMatchObject({ code: 'unavailable', status: 503, extras: { retryAfter: 1 } });
  expect(refusal.cause).toMatchObject({ code: '57014' });
  expect(await pool.query(backendPid)).toEqual(before);
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

test('a server that is not there is unavailable, and the sentence does not tell its address', async () => {
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

test('other errors of PostgreSQL pass as they are and cost no connection', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1 });
  const before = await pool.query(backendPid);
  await pool.query('create table thing (a int primary key)');
  const twice = pool.query('insert into thing values (1), (1)');
  await expect(twice).rejects.toSatisfy((error) => error instanceof pg.DatabaseError && error.code === '23505');
  expect(await pool.query(backendPid)).toEqual(before);
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

test('closing lets statements under way end', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url);
  await pool.query('select 1');
  const underWay = pool.query('select pg_sleep(0.2), 1 as one');
  await until(() => pool.stats().idle === 0);
  const [rows] = await Promise.all([underWay, pool.close()]);
  expect(rows).toMatchObject([{ one: 1 }]);
  expect(await refusalOf(pool.query('select 1'))).toMatchObject({ code: 'unavailable' });
});

test('closing cuts off statements that outlive the grace', async () => {
  const { url } = await testDatabase();
  const pool = openPool({
    url,
    name: 'p',
    min: 0,
    max: 2,
    recycleS: 60,
    connectTimeoutMs: 2000,
    queryTimeoutMs: 30_000,
  });
  await pool.query('select 1');
  const underWay = refusalOf(pool.query('select pg_sleep(20)'));
  await until(() => pool.stats().idle === 0);
  await pool.close(50);
  expect(await underWay).toMatchObject({ code: 'unavailable' });
});

test('closing does not wait for a server that answers no more', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const pool = testPool(proxy.url);
  await pool.query('select 1');
  proxy.freeze();
  await pool.close(50);
  expect(pool.stats()).toEqual({ size: 0, idle: 0, waiting: 0 });
});
