import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { cancelTask } from './cancel.ts';
import { listAttempts } from './list-attempts.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const reap = () => reapTasks(db, desk.context.config, { pull: true, push: true });

async function given(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task(wish);
  const read = () => project.read(id);
  return { project, agent, id, read, cancel: async () => cancelTask(desk, await read(), 'key:test') };
}

const FUTURE = '2999-01-01T00:00:00Z';
const eventsOf = async (id: string) =>
  (
    await db.query<{ type: string; actor: string }>(
      'select type, actor from events where task_id = $1 order by xid, seq',
      [id],
    )
  ).map(({ type, actor }) => `${type} by ${actor}`);

test.each([
  ['queued', {}],
  ['waiting for its time', { available_at: FUTURE }],
])('a task that is %s is cancelled at once [G5]', async (_what, wish) => {
  const { id, cancel, read } = await given(wish);
  expect(await cancel()).toMatchObject({ state: 'cancelled', reason: null, attempts: 0 });
  expect(await read()).toMatchObject({ state: 'cancelled' });
  expect(await eventsOf(id)).toEqual([
    'task.submitted by key:test',
    'task.cancel_requested by key:test',
    'task.cancelled by key:test',
  ]);
});

test('a task that waits for another is cancelled at once, and the other goes on', async () => {
  const project = await fleet.project();
  const { ids } = await project.submit(
    [{ ref: 'a' }, { ref: 'b', depends_on: [{ task: 'a' }] }].map((one) => ({ allow_unsatisfiable: true, ...one })),
  );
  await cancelTask(desk, await project.read(ids[1]!), 'key:test');
  expect((await project.read(ids[1]!)).state).toBe('cancelled');
  expect((await project.read(ids[0]!)).state).toBe('queued');
});

test('a running task is told to stop at its next heartbeat, and is cancelled when its holder gives up [G5]', async () => {
  const { agent, cancel, read, id } = await given({ max_attempts: 5 });
  const grant = await agent.begin();
  expect(await cancel()).toMatchObject({ state: 'running', cancel_requested_at: expect.any(String) });
  expect((await agent.heartbeat(grant)).directive).toBe('cancel');
  expect(await agent.fail(grant, { retryable: true })).toEqual({ state: 'cancelled', duplicate: false });
  expect(await read()).toMatchObject({ state: 'cancelled', reason: null, attempts: 1 });
  expect((await listAttempts(db, id)).map(({ outcome }) => outcome)).toEqual(['cancelled']);
});

test('a success that commits before the holder hears of the cancel stands', async () => {
  const { agent, cancel, read } = await given();
  const grant = await agent.begin();
  await cancel();
  expect(await agent.complete(grant, 'done')).toEqual({ state: 'succeeded', duplicate: false });
  expect(await read()).toMatchObject({ state: 'succeeded', result: 'done' });
});

test('a result that breaks its schema after the cancel is a failure: the task is cancelled', async () => {
  const { agent, cancel, read } = await given({ result_schema: { type: 'number' } });
  const grant = await agent.begin();
  await cancel();
  expect(await agent.complete(grant, 'text')).toEqual({ state: 'cancelled', duplicate: false });
  expect(await read()).toMatchObject({ state: 'cancelled', result: null });
});

test('a lease lost after the cancel makes the task cancelled, not queued', async () => {
  const { agent, cancel, read, id } = await given();
  await agent.begin();
  await cancel();
  await fleet.change(id, "lease_expires_at = now() - interval '1 day'");
  await reap();
  expect(await read()).toMatchObject({ state: 'cancelled', epoch: 2 });
});

test('a holder that does not obey keeps the task for the grace, and is then forced out', async () => {
  const { agent, cancel, read, id } = await given();
  const grant = await agent.begin();
  await cancel();
  await reap();
  expect(await read()).toMatchObject({ state: 'running' });
  await fleet.change(id, "cancel_requested_at = now() - interval '31 s'");
  await reap();
  expect(await read()).toMatchObject({ state: 'cancelled', epoch: 2 });
  expect((await agent.heartbeat(grant)).directive).toBe('stop');
});

test('cancelling again changes nothing, neither before nor after the end [G7]', async () => {
  const { agent, cancel, id } = await given();
  const grant = await agent.begin();
  const first = await cancel();
  expect(await cancel()).toEqual(first);
  await agent.fail(grant);
  expect(await cancel()).toMatchObject({ state: 'cancelled' });
  expect((await eventsOf(id)).filter((event) => event.startsWith('task.cancel_requested'))).toHaveLength(1);
});

test.each([
  ['succeeded', async ({ agent }: Awaited<ReturnType<typeof given>>) => agent.complete(await agent.begin())],
  ['failed', async ({ agent }: Awaited<ReturnType<typeof given>>) => agent.fail(await agent.begin())],
])('a task that has %s cannot be cancelled: invalid_state', async (state, finish) => {
  const scene = await given();
  await finish(scene);
  expect(await answerOf(scene.cancel())).toEqual({ code: 'invalid_state' });
  expect(await scene.read()).toMatchObject({ state });
});

test('a cancel and a success at the same moment leave one outcome, many times over [G3]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 30 });
  for (let left = 30; left > 0; left--) await project.task();
  const { grants } = await agent.poll();
  const ends = await Promise.all(
    grants.map(async (grant) => {
      const task = await project.read(grant.task_id);
      await Promise.all([agent.complete(grant), answerOf(cancelTask(desk, task, 'key:test'))]);
      return (await project.read(grant.task_id)).state;
    }),
  );
  expect(new Set(ends)).toEqual(new Set(['succeeded']));
});

test('a cancel and a claim at the same moment: cancelled at once, or claimed and told to stop', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 100 });
  for (let round = 0; round < 20; round++) {
    const id = await project.task();
    const task = await project.read(id);
    const [{ grants }, cancelled] = await Promise.all([agent.poll({ slots: 1 }), cancelTask(desk, task, 'key:test')]);
    if (cancelled.state === 'cancelled') expect(grants).toEqual([]);
    const granted = (await agent.poll({ slots: 0 })).grants.filter(({ task_id }) => task_id === id);
    for (const grant of granted) expect((await agent.heartbeat(grant)).directive).toBe('cancel');
    if (granted.length) await agent.fail(granted[0]!);
    expect((await project.read(id)).state).toBe('cancelled');
  }
});

test('replicas are told of a cancel, so that parked polls bring it to the holder', async () => {
  const { agent, cancel } = await given();
  await agent.begin();
  const notify = vi.spyOn(desk.context, 'notify');
  await cancel();
  expect(notify.mock.calls).toContainEqual(['directives']);
  notify.mockRestore();
});
