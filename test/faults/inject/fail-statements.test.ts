import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { testPool } from '../../support/pool.ts';
import { refusalOf } from '../../support/refusal-of.ts';
import { type Failure, type FailurePlan, failStatements } from './fail-statements.ts';

/** A pool of the test's own, and what it has written into the one table. */
async function scene() {
  const { db, url } = await testDatabase();
  await db.query('create table thing (n int)');
  const pool = testPool(url, { max: 1 });
  const write = (n: number) => pool.query('insert into thing values ($1)', [n], { name: 'thing-insert' });
  await pool.query('select 1');
  const written = async () =>
    (await db.query<{ n: number }>('select n from thing order by n', [], { name: 'thing-read' })).map(({ n }) => n);
  return { pool, write, written };
}

const fail = (failure: Failure, plan: Partial<FailurePlan> = {}): (() => void) => {
  const end = failStatements({ failures: [failure], ...plan });
  onTestFinished(end);
  return end;
};

test.each(['timeout', 'reset'])('a statement that failed (%s) before it ran has done nothing', async (error) => {
  const { write, written } = await scene();
  fail({ statement: 'thing-insert', when: 'before', error });
  expect(await refusalOf(write(1))).toMatchObject({ code: 'unavailable' });
  expect(await written()).toEqual([]);
});

test.each(['timeout', 'reset', '57014'])('one that failed (%s) after it ran has done its work', async (error) => {
  const { write, written } = await scene();
  const end = fail({ statement: 'thing-insert', when: 'after', error });
  expect(await refusalOf(write(1))).toMatchObject({ code: 'unavailable' });
  expect(await written()).toEqual([1]);
  end();
  await write(2);
  expect(await written()).toEqual([1, 2]);
});

test('an SQLSTATE comes from the server itself: what the transaction did before is gone', async () => {
  const { pool, written } = await scene();
  fail({ statement: 'thing-read', when: 'after', error: '23505' });
  const work = pool.transaction(async (trx) => {
    await trx.query('insert into thing values (1)');
    await trx.query('select n from thing', [], { name: 'thing-read' }).catch(() => {});
  });
  await expect(work).rejects.toThrow('rolled back');
  await expect(written()).rejects.toMatchObject({ code: '23505', message: 'injected' });
});

test('a commit may be answered by nothing, and stands', async () => {
  const { pool, written } = await scene();
  fail({ statement: 'commit', when: 'after', error: 'reset' });
  const work = pool.transaction((trx) => trx.query('insert into thing values (1)'));
  expect(await refusalOf(work)).toMatchObject({ code: 'unavailable' });
  expect(await written()).toEqual([1]);
});

test('a rate decides how many fail, and the same seed fails the same ones', async () => {
  const { pool } = await scene();
  const failed = async (seed: number) => {
    const numbers: number[] = [];
    const end = fail({ when: 'before', error: '23505', rate: 0.2 }, { seed });
    for (let n = 0; n < 100; n++) await pool.query('select $1::int', [n]).catch(() => numbers.push(n));
    end();
    return numbers;
  };
  const numbers = await failed(7);
  expect(numbers.length).toBeGreaterThan(8);
  expect(numbers.length).toBeLessThan(35);
  expect(await failed(7)).toEqual(numbers);
  expect(await failed(8)).not.toEqual(numbers);
});
