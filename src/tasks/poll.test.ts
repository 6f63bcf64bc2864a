import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { untilBlocked } from '../../test/support/blocked.ts';
import { testFleet } from '../../test/support/fleet.ts';
import { until } from '../../test/support/until.ts';
import { parseToken } from '../lib/token.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { cancelTask } from './cancel.ts';
import { listAttempts } from './list-attempts.ts';
import { takeBack } from './take-back.ts';

const fleet = await testFleet({ replicas: 2, settings: { LONG_POLL_MS: '20000' } });
const { db, desk } = fleet;

const tokenHash = async ({ task_id, epoch }: AttemptRef) => {
  const [row] = await db.query<{ hash: string }>(
    "select encode(token_hash, 'hex') as hash from attempts where task_id = $1 and epoch = $2",
    [task_id, epoch],
  );
  return row!.hash;
};

test('a poll renews every lease that it names, and says what to do with each', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  await project.task();
  const grant = await agent.begin();
  await fleet.change(grant.task_id, "lease_expires_at = now() - interval '1 s'");
  const ref = { task_id: grant.task_id, epoch: 1 };
  const unknown = { task_id: randomUUID(), epoch: 1 };
  expect(await agent.poll({ attempts: [ref, unknown], slots: 0 })).toEqual({
    lease_ttl_ms: 60_000,
    directives: [
      { ...ref, directive: 'continue' },
      { ...unknown, directive: 'stop' },
    ],
    grants: [],
  });
  const [live] = await db.query(
    "select lease_expires_at > now() + interval '50 s' as renewed from live_tasks where id = $1",
    [grant.task_id],
  );
  expect(live).toEqual({ renewed: true });
});

test('a poll that waits ends with nothing after its time', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  expect((await agent.poll({ wait_ms: 50 })).grants).toEqual([]);
  expect((await agent.poll({ wait_ms: 50, slots: 0 })).grants).toEqual([]);
});

test('a poll that waits is answered at once when a cancel is asked for what it holds, on any replica [G5]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  const id = await project.task();
  const { epoch } = await agent.begin();
  const attempts = [{ task_id: id, epoch }];
  const heartbeats = vi.spyOn(desk.context.control, 'query');
  const answer = agent.poll({ attempts, wait_ms: 15_000 });
  await until(() => heartbeats.mock.calls.length);
  heartbeats.mockRestore();
  await cancelTask(fleet.desks[1]!, await project.read(id), 'key:test');
  await answer;
  const { directives } = await agent.poll({ attempts });
  expect(directives).toEqual([{ task_id: id, epoch, directive: 'cancel' }]);
});

test('a cancel that is asked while a poll renews its leases is not missed', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  const id = await project.task();
  const { epoch } = await agent.begin();
  const task = await project.read(id);
  const { query } = desk.context.control;
  const heartbeat = vi.spyOn(desk.context.control, 'query').mockImplementationOnce(async (...args) => {
    const rows = await query(...args);
    await cancelTask(fleet.desks[1]!, task, 'key:test');
    return rows;
  });
  const gone = new AbortController();
  const answer = agent.poll({ attempts: [{ task_id: id, epoch }], wait_ms: 15_000, signal: gone.signal });
  const givingUp = setTimeout(() => gone.abort(), 5000);
  await answer;
  clearTimeout(givingUp);
  heartbeat.mockRestore();
  expect(gone.signal.aborted).toBe(false);
});

test('what was granted when the caller had gone goes back to its queue and does not count as an attempt', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const gone = new AbortController();
  const { query } = desk.context.control;
  const claim = vi.spyOn(desk.context.control, 'query').mockImplementation(async (...args) => {
    if (args[2]?.name === 'tasks-claim') gone.abort();
    return query(...args);
  });
  const answer = agent.poll({ wait_ms: 15_000, signal: gone.signal });
  const id = await project.task();
  expect((await answer).grants).toEqual([]);
  await until(async () => (await listAttempts(db, id))[0]?.outcome === 'released');
  claim.mockRestore();
  expect(await project.read(id)).toMatchObject({ state: 'queued', attempts: 0, epoch: 1 });
  expect((await agent.claim()).epoch).toBe(2);
});

test('a grant whose answer was lost is given again with a new token, and the old token is worth nothing [G7]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  await project.task({ title: 'lost' });
  const lost = await agent.claim();
  await project.task({ title: 'next' });
  const { grants } = await agent.poll({ slots: 1 });
  expect(grants).toEqual([{ ...lost, token: expect.not.stringMatching(lost.token) }]);
  expect(await tokenHash(lost)).toBe(parseToken(grants[0]!.token)!.secret_hash.toString('hex'));
  const next = await agent.poll({ attempts: [{ task_id: lost.task_id, epoch: lost.epoch }], slots: 1 });
  expect(next.grants.map(({ title }) => title)).toEqual(['next']);
});

test('a grant that was given again is not taken back because its first answer was lost', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  const lost = await agent.claim();
  const { grants } = await agent.poll({ slots: 1 });
  await takeBack(desk, agent.holder_id, [lost]);
  expect(await agent.start(grants[0]!)).toBe(true);
  await takeBack(desk, agent.holder_id, grants);
  expect((await agent.heartbeat(grants[0]!)).directive).toBe('continue');
});

/** A grant whose answer was lost, and its row locked until `release`: what is called meanwhile waits in that order. */
async function lostAndLocked() {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  const lost = await agent.claim();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  const locked = Promise.withResolvers<void>();
  const lock = db.transaction(async (trx) => {
    await trx.query('select from live_tasks where id = $1 for update', [lost.task_id]);
    locked.resolve();
    await promise;
  });
  onTestFinished(() => release());
  await locked.promise;
  return { agent, lost, release, lock };
}

test('a grant that is taken back at the moment in which it would be given again is not given', async () => {
  const { agent, lost, release, lock } = await lostAndLocked();
  const back = takeBack(desk, agent.holder_id, [lost]);
  await untilBlocked(db);
  const again = agent.poll({ slots: 0 });
  await untilBlocked(db, 2);
  release();
  await Promise.all([lock, back]);
  expect((await again).grants).toEqual([]);
});

test('a grant that is given again at the moment in which it would be taken back stays given', async () => {
  const { agent, lost, release, lock } = await lostAndLocked();
  const again = agent.poll({ slots: 0 });
  await untilBlocked(db);
  const back = takeBack(desk, agent.holder_id, [lost]);
  await untilBlocked(db, 2);
  release();
  await Promise.all([lock, back]);
  const { grants } = await again;
  expect(grants).toHaveLength(1);
  expect(await agent.start(grants[0]!)).toBe(true);
});

test('an attempt that was started is not given again, though a poll does not name it', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  await agent.begin();
  expect((await agent.poll({ slots: 1 })).grants).toEqual([]);
});

test('an attempt that is being stopped does not keep work from the other slots of its runner', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  const id = await project.task();
  const { epoch } = await agent.begin();
  await cancelTask(desk, await project.read(id), 'key:test');
  const next = await project.task();
  const { directives, grants } = await agent.poll({ attempts: [{ task_id: id, epoch }], slots: 1, wait_ms: 15_000 });
  expect(directives).toEqual([{ task_id: id, epoch, directive: 'cancel' }]);
  expect(grants.map(({ task_id }) => task_id)).toEqual([next]);
});

test('a poll never waits longer than the server allows', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const config = { ...desk.context.config, longPollMs: 50 };
  const impatient = { ...desk, context: { ...desk.context, config } };
  expect((await agent.poll({ desk: impatient, wait_ms: 120_000 })).grants).toEqual([]);
});
