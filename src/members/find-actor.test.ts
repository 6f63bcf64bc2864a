import { v7 as uuid } from 'uuid';
import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { mintToken, parseToken } from '../lib/token.ts';
import { findActor, findRunners } from './find-actor.ts';

const PROJECT = '00000000-0000-7000-8000-000000000000';

/** A task that a holder runs in its third attempt. */
async function runningAttempt() {
  const { db } = await testDatabase();
  const [task, agent, holder] = [uuid(), uuid(), uuid()];
  const { token, secret_hash } = mintToken('wha', task, 3);
  await db.query(
    `insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
       epoch, max_attempts, backoff_base_ms, backoff_cap_ms, agent_id, holder_id)
     values ($1, $2, 1, 'running', false, 5, 1, now(), false, 3, 3, 0, 0, $3, $4)`,
    [task, PROJECT, agent, holder],
  );
  await db.query(
    `insert into attempts (task_id, epoch, project_id, agent_id, holder_id, token_hash, claimed_at)
     values ($1, 3, $2, $3, $4, $5, now())`,
    [task, PROJECT, agent, holder, secret_hash],
  );
  return { db, task, find: () => findActor(db, parseToken(token)!) };
}

test('the credential of an attempt speaks for it while it holds the lease', async () => {
  const { task, find } = await runningAttempt();
  expect(await find()).toEqual({ kind: 'attempt', task_id: task, epoch: 3, project_id: PROJECT });
});

test('the credential of an attempt dies when its lease is taken away', async () => {
  const { db, find } = await runningAttempt();
  await db.query('update live_tasks set epoch = 4');
  expect(await find()).toBeUndefined();
});

test('the credential of an attempt dies when the task goes back to the queue or ends', async () => {
  const { db, find } = await runningAttempt();
  await db.query(`update live_tasks set holder_id = null, state = 'queued'`);
  expect(await find()).toBeUndefined();
  await db.query('delete from live_tasks');
  expect(await find()).toBeUndefined();
});

test('an enrolment token, an unknown id and an epoch beyond all bounds speak for nobody', async () => {
  const { db } = await testDatabase();
  const tokens = [
    mintToken('whe', uuid()),
    mintToken('whk', uuid()),
    mintToken('whr', uuid()),
    mintToken('wha', uuid(), 9_999_999_999),
  ];
  for (const { token } of tokens) expect(await findActor(db, parseToken(token)!)).toBeUndefined();
});

test('runners are looked up together, each by its own secret', async () => {
  const { db } = await testDatabase();
  const [mine, other, unknown] = [uuid(), uuid(), uuid()];
  const tokens = [mintToken('whr', mine), mintToken('whr', other), mintToken('whr', other), mintToken('whr', unknown)];
  const insert = `insert into runners (id, name, secret_hash) values ($1, 'box', $2)`;
  for (const [n, id] of [mine, other].entries()) await db.query(insert, [id, tokens[n]!.secret_hash]);
  const found = await findRunners(
    db,
    tokens.map(({ token }) => parseToken(token)!),
  );
  expect(found.map((actor) => actor?.runner_id)).toEqual([mine, other, undefined, undefined]);
});
