import { v7 as uuid } from 'uuid';
import { expect, test, vi } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import type { Db } from '../db/database.ts';
import type { RunnerActor } from '../members/actor.ts';
import { closeSession } from './close-session.ts';
import { openSession } from './open-session.ts';
import { forgetHolders, requireHolder } from './require-holder.ts';

async function newRunner(db: Db): Promise<RunnerActor> {
  const runner_id = uuid();
  await db.query(`insert into runners (id, name, secret_hash) values ($1, 'box', '')`, [runner_id]);
  return { kind: 'runner', runner_id, project_id: null };
}

const start = { version: '1', hostname: 'box', os: 'linux', agents: [] };

test('a holder is the current one until a newer session opens or it is closed', async () => {
  const { db } = await testDatabase();
  const runner = await newRunner(db);
  const { holder_id: older } = await openSession(db, runner, start);
  expect(await requireHolder(db, runner, older)).toMatchObject({ current: true });
  const { holder_id: newer } = await openSession(db, runner, start);
  forgetHolders();
  expect(await requireHolder(db, runner, older)).toMatchObject({ current: false });
  expect(await requireHolder(db, runner, newer)).toMatchObject({ current: true });
  await closeSession(db, runner, newer);
  forgetHolders();
  expect(await requireHolder(db, runner, newer)).toMatchObject({ current: false });
});

test('a holder of another runner, or one that never was, is not found', async () => {
  const { db } = await testDatabase();
  const [runner, other] = [await newRunner(db), await newRunner(db)];
  const { holder_id } = await openSession(db, runner, start);
  await requireHolder(db, runner, holder_id);
  for (const id of [holder_id, uuid()]) {
    await expect(requireHolder(db, other, id)).rejects.toMatchObject({ code: 'not_found' });
  }
});

test('what the look-up of the credential told of the session is believed until sessions change', async () => {
  const { db } = await testDatabase();
  const runner = await newRunner(db);
  const { holder_id } = await openSession(db, runner, start);
  forgetHolders();
  const query = vi.spyOn(db, 'query');
  const known = { ...runner, session: { holder_id, asked_at: performance.now() } };
  expect(await requireHolder(db, known, holder_id)).toMatchObject({ current: true });
  expect(query).not.toHaveBeenCalled();
  query.mockRestore();
  await closeSession(db, runner, holder_id);
  forgetHolders();
  expect(await requireHolder(db, known, holder_id)).toMatchObject({ current: false });
});
