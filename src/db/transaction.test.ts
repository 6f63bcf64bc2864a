import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from './database.ts';
import { openPool } from './pool.ts';

async function accounts() {
  const { db, url } = await testDatabase();
  await db.query(
    'create table account (id int primary key, balance int not null); insert into account values (1, 0), (2, 0)',
  );
  const add = (trx: Db, id: number) => trx.query('update account set balance = balance + 1 where id = $1', [id]);
  const balances = async () =>
    (await db.query<{ balance: number }>('select balance from account order by id')).map(({ balance }) => balance);
  return { db, url, add, balances };
}

test('what a transaction wrote is kept when its work returns, and its result is handed on', async () => {
  const { db, add, balances } = await accounts();
  expect(await db.transaction((trx) => add(trx, 1).then(() => 'done'))).toBe('done');
  expect(await balances()).toEqual([1, 0]);
});

test('nothing is kept when the work throws, and the error comes out as it was', async () => {
  const { db, add, balances } = await accounts();
  const oops = new Error('oops');
  const work = db.transaction(async (trx) => {
    await add(trx, 1);
    throw oops;
  });
  await expect(work).rejects.toBe(oops);
  expect(await balances()).toEqual([0, 0]);
});

test('statements of one transaction may be started together', async () => {
  const { db, add, balances } = await accounts();
  await db.transaction((trx) => Promise.all([add(trx, 1), add(trx, 2), add(trx, 1)]));
  expect(await balances()).toEqual([2, 1]);
});

test('a transaction inside a transaction belongs to the outer one', async () => {
  const { db, add, balances } = await accounts();
  const work = db.transaction(async (trx) => {
    await trx.transaction((inner) => add(inner, 1));
    throw new Error('outer');
  });
  await expect(work).rejects.toThrow('outer');
  expect(await balances()).toEqual([0, 0]);
});

test('half of a failed inner transaction is never committed, even when its error is swallowed', async () => {
  const { db, add, balances } = await accounts();
  const work = db.transaction(async (trx) => {
    const inner = trx.transaction(async (innerTrx) => {
      await add(innerTrx, 1);
      throw new Error('inner');
    });
    await inner.catch(() => {});
    await add(trx, 2);
  });
  await expect(work).rejects.toThrow('inner');
  expect(await balances()).toEqual([0, 0]);
});

test('work that swallows the error of a statement is told that nothing was committed', async () => {
  const { db, add, balances } = await accounts();
  const work = db.transaction(async (trx) => {
    await add(trx, 1);
    await trx.query('select 1 / 0').catch(() => {});
  });
  await expect(work).rejects.toThrow('The transaction was rolled back');
  expect(await balances()).toEqual([0, 0]);
});

test('a deadlock is run again until both sides have done their work', async () => {
  const { db, add, balances } = await accounts();
  let waiting = 0;
  const both = (first: number, second: number) =>
    db.transaction(async (trx) => {
      await trx.query("set local deadlock_timeout = '20ms'");
      await add(trx, first);
      waiting++;
      await until(() => waiting >= 2);
      await add(trx, second);
    });
  await Promise.all([both(1, 2), both(2, 1)]);
  expect(await balances()).toEqual([2, 2]);
});

test('a transaction that fails by serialization is run three times in all, then it is unavailable', async () => {
  const { db } = await accounts();
  let runs = 0;
  const work = db.transaction((trx) => {
    runs++;
    return trx.query("do $$ begin raise serialization_failure using message = 'again'; end $$");
  });
  await expect(work).rejects.toMatchObject({ code: 'unavailable', cause: { code: '40001' } });
  expect(runs).toBe(3);
});

test.each(['40001', '40P01'])(
  'a statement that PostgreSQL ends with %s is run again, three times in all',
  async (code) => {
    const { db, balances } = await accounts();
    // What a sequence has given stays given when a statement is rolled back.
    await db.query(`create sequence tries; create function fail_until(n int) returns void language plpgsql as $$ begin
    update account set balance = balance + 1;
    if nextval('tries') < n then raise exception 'again' using errcode = '${code}'; end if; end $$`);
    await db.query('select fail_until(3)');
    expect(await balances()).toEqual([1, 1]);
    await expect(db.query('select fail_until(100)')).rejects.toMatchObject({ code: 'unavailable', cause: { code } });
    expect(await db.query("select nextval('tries') as tries")).toEqual([{ tries: 7 }]);
  },
);

test('a connection that is lost inside a transaction is unavailable, and nothing is kept', async () => {
  const { db, add, balances } = await accounts();
  const work = db.transaction(async (trx) => {
    const [{ pid } = {}] = await trx.query('select pg_backend_pid() as pid');
    await add(trx, 1);
    await db.query('select pg_terminate_backend($1)', [pid]);
    await add(trx, 2);
  });
  await expect(work).rejects.toMatchObject({ code: 'unavailable' });
  expect(await balances()).toEqual([0, 0]);
});

test('a transaction left idle is ended by the server, so that its locks are freed', async () => {
  const { url, add, balances } = await accounts();
  const limits = { connectTimeoutMs: 2000, queryTimeoutMs: 100 };
  const pool = openPool({ url, name: 'idle', min: 0, max: 2, recycleS: 60, ...limits });
  onTestFinished(() => pool.close());
  const work = pool.transaction(async (trx) => {
    await add(trx, 1);
    await until(
      async () => !(await pool.query("select 1 from pg_stat_activity where state = 'idle in transaction'")).length,
    );
  });
  await expect(work).rejects.toMatchObject({ code: 'unavailable' });
  expect(await balances()).toEqual([0, 0]);
});
