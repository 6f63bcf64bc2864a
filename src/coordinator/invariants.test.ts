import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import {
  attempt,
  DEFAULT_PROJECT,
  ended,
  event,
  held,
  insert,
  live,
  outcome,
  queue,
  slots,
  TASK,
  task,
} from '../../test/support/task-rows.ts';
import type { Db } from '../db/database.ts';
import { auditInvariants } from './audit.ts';
import { INVARIANTS } from './invariants.ts';

const LONG_AGO = new Date(0);
const waiting = { state: 'waiting', ready: false, open_dependencies: 1 };

/** What is planted, and the one invariant that it breaks. */
const PLANTS: [id: string, what: string, plant: (db: Db) => Promise<unknown>][] = [
  [
    'I1',
    'an attempt that is ahead of its task',
    async (db) => [await queue(db), await live(db), await attempt(db, ended('lost'))],
  ],
  [
    'I2',
    'a task that is finished and unfinished',
    async (db) => [await queue(db), await live(db), await outcome(db, 'cancelled'), await event(db, 'task.cancelled')],
  ],
  [
    'I2',
    'a success that comes from no attempt',
    async (db) => [await outcome(db, 'succeeded'), await event(db, 'task.succeeded')],
  ],
  [
    'I2',
    'a failure although an attempt succeeded',
    async (db) => [await outcome(db, 'failed'), await event(db, 'task.failed'), await attempt(db, ended('succeeded'))],
  ],
  [
    'I3',
    'an open attempt of a finished task',
    async (db) => [await outcome(db, 'cancelled'), await event(db, 'task.cancelled'), await attempt(db)],
  ],
  [
    'I3',
    'an open attempt of another holder than its task has',
    async (db) => [
      await slots(db, 1, 1),
      await live(db, { ...held, lease_expires_at: new Date() }),
      await attempt(db, { holder_id: randomUUID() }),
    ],
  ],
  [
    'I4',
    'an outcome without its event',
    async (db) => [await outcome(db, 'cancelled'), await event(db, 'task.failed')],
  ],
  ['I5', 'a slot in use without a lease', (db) => slots(db, 2, 1)],
  ['I5', 'a lease that takes no slot', async (db) => [await slots(db, 1, 0), await live(db, held), await attempt(db)]],
  [
    'I5',
    'more slots in use than there are',
    async (db) => [await slots(db, 1, 2), await live(db, { ...held, slots: 2 }), await attempt(db)],
  ],
  ['I8', 'a task that waits for nothing that is there', (db) => live(db, waiting)],
  [
    'I8',
    'a task that waits for one that has ended and is not to be told',
    async (db) => {
      const first = randomUUID();
      await live(db, waiting);
      await insert(db, 'task_dependencies', { task_id: TASK, depends_on: first, policy: 'fail', name: 'x' });
      await insert(db, 'outcomes', { task_id: first, project_id: DEFAULT_PROJECT, state: 'cancelled', epoch: 0 });
      await insert(db, 'events', {
        project_id: DEFAULT_PROJECT,
        task_id: first,
        type: 'task.cancelled',
        actor: 'test',
      });
    },
  ],
  [
    'I8',
    'a task whose time came long ago and that nobody woke',
    (db) => live(db, { state: 'waiting', ready: false, available_at: LONG_AGO }),
  ],
  [
    'I8',
    'a task that was told more ends than it waits for',
    (db) => live(db, { ...waiting, open_dependencies: -1, available_at: LONG_AGO }),
  ],
  [
    'I8',
    'a task that waits for approval and for nothing else',
    (db) => live(db, { ...waiting, needs_approval: true, open_dependencies: 0 }),
  ],
  [
    'I13',
    'a question of a task that is gone',
    (db) =>
      insert(db, 'questions', {
        id: randomUUID(),
        task_id: TASK,
        project_id: DEFAULT_PROJECT,
        epoch: 1,
        key: 'k',
        kind: 'question',
        title: 'x',
        options: '[]',
        allow_text: true,
      }),
  ],
  ['I8', 'a task that is in no queue', (db) => live(db)],
  [
    'I8',
    'a lease that ended long ago and was not taken away',
    async (db) => [await slots(db, 1, 1), await live(db, { ...held, lease_expires_at: LONG_AGO }), await attempt(db)],
  ],
  [
    'I9',
    'more attempts than allowed',
    async (db) => [
      await task(db),
      await outcome(db, 'failed'),
      await event(db, 'task.failed'),
      await attempt(db, ended('failed')),
      await attempt(db, { epoch: 2, ...ended('lost') }),
    ],
  ],
];

const { db } = await testDatabase();
class Undo extends Error {}

/** What the auditor finds when the rows are there; they are gone afterwards. */
async function foundWith(plant: (db: Db) => Promise<unknown>, since: string) {
  let found: { id: string; broken: number }[] = [];
  const planted = db.transaction(async (trx) => {
    await plant(trx);
    found = (await auditInvariants(trx, since)).map(({ id, broken }) => ({ id, broken }));
    throw new Undo();
  });
  await expect(planted).rejects.toThrow(Undo);
  return found;
}

test('a database without tasks breaks no invariant', async () => {
  expect(await auditInvariants(db, '-infinity')).toEqual([]);
});

test.each(PLANTS)('%s is seen to be broken by %s', async (id, _what, plant) => {
  expect(await foundWith(plant, '-infinity')).toEqual([{ id, broken: 1 }]);
});

test('every invariant has been seen broken', () => {
  expect([...new Set(PLANTS.map(([id]) => id))]).toEqual(INVARIANTS.map(({ id }) => id));
});

test('what ended before the time asked for is not looked at again', async () => {
  const plant = async (trx: Db) => {
    await outcome(trx, 'cancelled');
    await trx.query("update outcomes set finished_at = now() - interval '1 h'");
  };
  expect(await foundWith(plant, '-infinity')).toEqual([{ id: 'I4', broken: 1 }]);
  const [row] = await db.query<{ since: string }>("select now() - interval '5 min' as since");
  expect(await foundWith(plant, row!.since)).toEqual([]);
});

test('a task that was handed back many times has not had too many attempts', async () => {
  const plant = async (trx: Db) => {
    await task(trx);
    await outcome(trx, 'succeeded');
    await event(trx, 'task.succeeded');
    for (const epoch of [1, 2, 3]) await attempt(trx, { epoch, ...ended(epoch < 3 ? 'released' : 'succeeded') });
  };
  expect(await foundWith(plant, '-infinity')).toEqual([]);
});
