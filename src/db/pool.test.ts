import pg from 'pg';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { testPool } from '../../test/support/pool.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { until } from '../../test/support/until.ts';

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

test('sessions are in UTC, compile nothing, carry their name and keep the options of the URL', async () => {
  const { url } = await testDatabase();
  const pool = testPool(`${url}${url.includes('?') ? '&' : '?'}options=${encodeURIComponent('-c work_mem=5MB')}`);
  expect(
    await pool.query(`select current_setting('timezone') as zone, current_setting('application_name') as name,
      current_setting('work_mem') as memory, current_setting('statement_timeout') as limit, current_setting('jit') as jit`),
  ).toEqual([{ zone: 'UTC', name: 'pool under test', memory: '5MB', limit: '5s', jit: 'off' }]);
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

test('a statement over its time limit is refused as unavailable and its connection is kept [DB8]', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1, queryTimeoutMs: 200 });
  const before = await pool.query(backendPid);
  const refusal = await refusalOf(pool.query('select pg_sleep(5)'));
  expect(refusal).toMatchObject({ code: 'unavailable', status: 503, extras: { retryAfter: 1 } });
  expect(refusal.cause).toMatchObject({ code: '57014' });
  expect(await pool.query(backendPid)).toEqual(before);
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
  const pool = testPool(url, { queryTimeoutMs: 30_000 });
  await pool.query('select 1');
  const underWay = refusalOf(pool.query('select pg_sleep(20)'));
  await until(() => pool.stats().idle === 0);
  await pool.close(50);
  expect(await underWay).toMatchObject({ code: 'unavailable' });
});

test('a connection that has reached its age is replaced [DB7]', async () => {
  const { url } = await testDatabase();
  const pool = testPool(url, { max: 1, recycleS: 1 });
  const [first] = await pool.query(backendPid);
  await until(async () => (await pool.query(backendPid))[0]?.pid !== first?.pid);
});
