import { expect, onTestFinished, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import { claimTasks } from './claim.ts';

/*
 * A plan is made from a look that may be out of date by the time it is claimed: what has changed since is seen by the
 * statement itself, whatever the look would say.
 */
const fleet = await testFleet();
const { db } = fleet;

const planFor = ({ id, holder_id }: TestAgent, task_id: string, epoch = 1) => ({
  task_id,
  epoch,
  agent_id: id,
  holder_id,
  slots: 1,
  lease_ttl_ms: 60_000,
  token_hash: '00',
  since_oldest: 1,
});

/** Ids that were granted of a plan. */
const claim = async (...plan: ReturnType<typeof planFor>[]) =>
  (await claimTasks(db, plan)).claimed.map(({ task_id }) => task_id);

async function given() {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 4 });
  return { project, agent, id: await project.task() };
}

test.each([
  ['backs off', "ready = false, available_at = now() + interval '1 h'"],
  ['has passed its deadline', 'deadline_at = now()'],
  ['has passed its queue deadline', 'queue_deadline_at = now()'],
  ['is to be cancelled', 'cancel_requested_at = now()'],
])('a task that by now %s is not granted', async (_what, set) => {
  const { project, agent, id } = await given();
  await fleet.change(id, set);
  expect(await claim(planFor(agent, id))).toEqual([]);
  expect(await project.read(id)).toMatchObject({ state: 'queued', epoch: 0 });
});

test('a task that somebody holds by now is not granted again [I1]', async () => {
  const { project, agent, id } = await given();
  await agent.claim();
  expect(await claim(planFor(agent, id, 2))).toEqual([]);
  expect(await project.read(id)).toMatchObject({ state: 'leased', epoch: 1, attempts: 1 });
});

test('a task that was claimed and handed back since is not granted under its old epoch [I1]', async () => {
  const { project, agent, id } = await given();
  await agent.release(await agent.claim());
  expect(await claim(planFor(agent, id, 3))).toEqual([]);
  expect(await project.read(id)).toMatchObject({ state: 'queued', epoch: 1 });
  expect(await claim(planFor(agent, id, 2))).toEqual([id]);
});

test('a task that somebody else has locked is passed over, and the others of the plan are granted at once', async () => {
  const { project, agent, id } = await given();
  const other = await project.task();
  const { promise, resolve: release } = Promise.withResolvers<void>();
  onTestFinished(() => release());
  const locked = Promise.withResolvers<void>();
  const lock = db.transaction(async (trx) => {
    await trx.query('select from live_tasks where id = $1 for update', [id]);
    locked.resolve();
    await promise;
  });
  await locked.promise;
  const waits = new Promise((resolve) => setTimeout(resolve, 5000, 'waits for the lock').unref());
  expect(await Promise.race([claim(planFor(agent, id), planFor(agent, other)), waits])).toEqual([other]);
  release();
  await lock;
});
