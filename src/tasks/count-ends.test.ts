import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { PROJECT } from '../../test/support/replica.ts';
import { until } from '../../test/support/until.ts';
import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { countEnds } from './count-ends.ts';

const ended = (db: Db, type: string, project_id = PROJECT) =>
  recordEvent(db, { type, project_id, task_id: randomUUID(), actor: 'test' });

const totals = async (db: Db, project_id = PROJECT) => {
  const rows = await db.query<{ outcome: string; total: number }>(
    'select outcome, total from task_totals where project_id = $1 order by outcome',
    [project_id],
  );
  return Object.fromEntries(rows.map(({ outcome, total }) => [outcome, total]));
};

/** Counts until the totals are these; other tests on the same server may hold the count up for a moment. */
const untilTotals = (db: Db, wanted: Record<string, number>, project_id = PROJECT) =>
  until(async () => {
    await countEnds(db);
    return JSON.stringify(await totals(db, project_id)) === JSON.stringify(wanted);
  });

test('ends are counted by project and outcome, other events are not, and nothing is counted twice', async () => {
  const { db } = await testDatabase();
  const other = randomUUID();
  for (const type of ['task.failed', 'task.expired', 'task.cancelled', 'task.succeeded', 'task.succeeded'])
    await ended(db, type);
  for (const type of ['task.submitted', 'task.claimed', 'task.lost', 'agent.offline']) await ended(db, type);
  await ended(db, 'task.succeeded', other);
  const wanted = { cancelled: 1, expired: 1, failed: 1, succeeded: 2 };
  await untilTotals(db, wanted);
  await untilTotals(db, { succeeded: 1 }, other);
  for (let again = 0; again < 3; again++) expect(await countEnds(db)).toBe(false);
  expect(await totals(db)).toEqual(wanted);
  expect(await totals(db, other)).toEqual({ succeeded: 1 });
});

test('an end that commits late, behind others that are counted already, is counted; one that is rolled back is not', async () => {
  const { db } = await testDatabase();
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
  const late = db.transaction(async (trx) => {
    await ended(trx, 'task.succeeded');
    wrote();
    await mayCommit;
  });
  await written;
  const undone = db.transaction(async (trx) => {
    await ended(trx, 'task.succeeded');
    throw new Error('rolled back');
  });
  await expect(undone).rejects.toThrow('rolled back');
  await ended(db, 'task.succeeded');
  await countEnds(db);
  // Both committed ones stand behind the open transaction.
  expect(await totals(db)).toEqual({});
  commit();
  await late;
  await untilTotals(db, { succeeded: 2 });
});

test('while writers commit in any order and several replicas count at once, the totals come out exact', async () => {
  const { db } = await testDatabase();
  let [committed, writing] = [0, true];
  const write = async () => {
    for (let at = 0; at < 60; at++) {
      const undo = Math.random() < 0.3;
      const work = db.transaction(async (trx) => {
        await ended(trx, 'task.succeeded');
        await trx.query('select pg_sleep($1)', [Math.random() / 100]);
        if (undo) throw new Error('undone');
      });
      await work.then(
        () => committed++,
        () => {},
      );
    }
  };
  const count = async () => {
    while (writing) await countEnds(db);
  };
  const counters = [count(), count(), count()];
  await Promise.all([write(), write(), write(), write(), write()]);
  writing = false;
  await Promise.all(counters);
  await untilTotals(db, { succeeded: committed });
  expect(await countEnds(db)).toBe(false);
  expect(await totals(db)).toEqual({ succeeded: committed });
});

test('the migration counts what had ended before, and what ends while it runs once', async () => {
  const { db } = await testDatabase();
  const end = async (trx: Db) => {
    const id = randomUUID();
    await trx.query(
      `insert into outcomes (task_id, project_id, state, epoch) values ($1, '${PROJECT}', 'succeeded', 1)`,
      [id],
    );
    await recordEvent(trx, { type: 'task.succeeded', project_id: PROJECT, task_id: id, actor: 'test' });
  };
  await db.query('drop table task_totals, task_totals_place');
  const { promise: mayCommit, resolve: commit } = Promise.withResolvers<void>();
  const { promise: written, resolve: wrote } = Promise.withResolvers<void>();
  for (let at = 0; at < 3; at++) await db.transaction(end);
  const late = db.transaction(async (trx) => {
    await end(trx);
    wrote();
    await mayCommit;
  });
  await written;
  // Behind the open transaction, and committed: the migration sees its outcome, and its event is still to be counted.
  await db.transaction(end);
  await db.query(await readFile('migrations/0009_task_totals.sql', 'utf8'));
  commit();
  await late;
  await untilTotals(db, { succeeded: 5 });
});
