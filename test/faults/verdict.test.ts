import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { DEFAULT_PROJECT, insert, live, task } from '../support/task-rows.ts';
import type { Postgres } from './fleet/postgres.ts';
import { openLedger } from './ledger.ts';
import { problemsOf } from './report.ts';
import { reachVerdict } from './verdict.ts';

const project_id = DEFAULT_PROJECT;

/**
 * A book and a database that agree: one task of a runner and one of a model server, each done once by its holder. The test
 * then spoils one of the two.
 */
async function soundRun() {
  const { db } = await testDatabase();
  await db.query('create schema faults; create table faults.holders (holder_id uuid, replica text)');
  const ledger = openLedger();
  const done = async (kind: 'push' | 'pull') => {
    const [id, key, holder_id, agent_id] = [randomUUID(), randomUUID(), randomUUID(), randomUUID()];
    const submission = ledger.submission(key, kind);
    submission.told = 'ok';
    submission.ids.add(id);
    const { number } = ledger.began(key, 'agent');
    const result = kind === 'push' ? `${key}#${number}` : { task_id: id, epoch: 1, holder_id };
    const of = { task_id: id, project_id, agent_id, epoch: 1 };
    await task(db, { id, idempotency_key: key });
    await insert(db, 'outcomes', { ...of, state: 'succeeded', result: JSON.stringify(result) });
    const times = { claimed_at: new Date(Date.now() - 10_000), ended_at: new Date(Date.now() + 1000) };
    await insert(db, 'attempts', { ...of, ...times, holder_id, token_hash: '', outcome: 'succeeded' });
    await insert(db, 'events', { task_id: id, project_id, type: 'task.succeeded', actor: 'test' });
    if (kind === 'pull')
      ledger.reports.push({ task_id: id, epoch: 1, holder_id, verb: 'complete', answer: 'accepted' });
    return { id, key, holder_id, submission };
  };
  const sql = ((text, values) => db.query(text, values)) as Postgres['sql'];
  const verdict = () => reachVerdict(sql, ledger);
  return { db, ledger, pull: await done('pull'), push: await done('push'), verdict };
}

type Run = Awaited<ReturnType<typeof soundRun>>;
type Spoiling = [what: string, spoil: (run: Run) => unknown, problem: RegExp];

const SPOILINGS: Spoiling[] = [
  [
    'an acknowledged task that is gone',
    ({ db, pull }) => db.query('delete from tasks where id = $1', [pull.id]),
    /^1 lost$/,
  ],
  [
    'an acknowledged task that is neither unfinished nor ended',
    ({ db, pull }) => db.query('delete from outcomes where task_id = $1', [pull.id]),
    /^1 lost$/,
  ],
  [
    'a refused submission that made a task all the same',
    ({ pull }) => Object.assign(pull.submission, { told: 'failed', ids: new Set() }),
    /^1 lost$/,
  ],
  ['a key that has two ids', ({ pull }) => pull.submission.ids.add(randomUUID()), /^1 double outcomes$/],
  [
    'a task that ended twice',
    ({ db, pull }) => insert(db, 'events', { task_id: pull.id, project_id, type: 'task.failed', actor: 'test' }),
    /^1 double outcomes$/,
  ],
  [
    'a second success that was taken as new',
    ({ ledger }) => ledger.reports.push({ ...ledger.reports[0]! }),
    /^1 double outcomes$/,
  ],
  [
    'a result of another attempt',
    ({ db, pull }) => db.query('update outcomes set epoch = 2 where task_id = $1', [pull.id]),
    /^1 outcomes by a non-holder$/,
  ],
  [
    'a result of another holder',
    ({ db, pull, ledger }) => {
      ledger.reports.length = 0;
      return db.query('update attempts set holder_id = $2 where task_id = $1', [pull.id, randomUUID()]);
    },
    /^1 outcomes by a non-holder$/,
  ],
  [
    'a report that was accepted of an attempt that another held',
    ({ ledger }) => Object.assign(ledger.reports[0]!, { holder_id: randomUUID() }),
    /^1 outcomes by a non-holder$/,
  ],
  [
    'an answer of a model server from before the attempt',
    ({ ledger, push }) => Object.assign(ledger.executions.find(({ key }) => key === push.key)!, { at: 0 }),
    /^1 outcomes by a non-holder$/,
  ],
  [
    'a task that nobody ends',
    async ({ db, pull }) => {
      await db.query('delete from outcomes where task_id = $1', [pull.id]);
      await live(db, { id: pull.id, state: 'waiting', ready: false });
    },
    /^1 orphans$/,
  ],
  ['a success without its event', ({ db }) => db.query('delete from events'), /^I4 is broken 2 times/],
  [
    'work of a dead runner that stayed its own for too long',
    ({ db, ledger, pull: { id, holder_id } }) => {
      ledger.wentAway({ holder_id, at: Date.now() - 20_000 });
      return db.query("update attempts set claimed_at = now() - interval '30 seconds' where task_id = $1", [id]);
    },
    /^Recovery took 2\d\.\d s, 1\d\d % of its bound$/,
  ],
  [
    'work of a dead replica that was never taken from it',
    async ({ db, ledger, push: { id, holder_id } }) => {
      ledger.wentAway({ replica: 'replica-1', at: Date.now() - 5000 });
      await insert(db, 'holders', { id: holder_id, started_at: new Date(Date.now() - 60_000) });
      await insert(db, 'faults.holders', { holder_id, replica: 'replica-1' });
      await db.query('update attempts set ended_at = null where task_id = $1', [id]);
    },
    /^Recovery took Infinity s/,
  ],
  ['an answer 500', ({ ledger }) => ledger.answered('POST /tasks', 500), /^Answered POST \/tasks 500, 1 times$/],
  ['a sound call that was refused', ({ ledger }) => ledger.answered('POST /tasks', 422), /^Answered POST \/tasks 422$/],
];

test('a sound run has no problem', async () => {
  const verdict = await (await soundRun()).verdict();
  expect(problemsOf(verdict)).toEqual([]);
  expect(verdict).toMatchObject({ accepted: 2, succeeded: 2, worked: 2, repeated: 0, zombies: 0 });
});

test.each(SPOILINGS)('%s is found', async (_what, spoil, problem) => {
  const run = await soundRun();
  await spoil(run);
  expect(problemsOf(await run.verdict())).toContainEqual(expect.stringMatching(problem));
});

test('work that was begun again, and late reports that were refused, are figures and no problems', async () => {
  const { ledger, pull, verdict } = await soundRun();
  ledger.began(pull.key, 'another');
  ledger.reports.push({ ...ledger.reports[0]!, answer: 'lease_lost' });
  ledger.answered('POST /tasks', 503);
  const reached = await verdict();
  expect(reached).toMatchObject({ worked: 2, repeated: 1, zombies: 1 });
  expect(problemsOf(reached)).toEqual([]);
});
