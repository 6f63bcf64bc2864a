import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { completeAttempt } from './complete.ts';
import type { insertTasks } from './insert.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const TTL = { lease_ttl_ms: 60_000 };
const ABSENT = { task_id: randomUUID(), epoch: 1, holder_id: randomUUID(), ...TTL };

/** Statements of that name sent while `work` goes on, each with the number of ids in its first value, `{id,id}`. */
async function statementsDuring<T>(name: string, work: () => Promise<T>): Promise<{ answers: T; joined: number[] }> {
  const spies = [desk.context.db, desk.context.control].map((pool) => vi.spyOn(pool, 'query'));
  const answers = await work();
  const calls = spies.flatMap(({ mock }) => mock.calls).filter(([, , options]) => options?.name === name);
  for (const spy of spies) spy.mockRestore();
  return { answers, joined: calls.map(([, values]) => (values![0] as string).split(',').length) };
}

/** A first call keeps the statement busy, so that all others are joined into the next one. */
const joined = <T>(first: () => Promise<unknown>, ...others: (() => Promise<T>)[]) => {
  void first();
  return Promise.all(others.map((ask) => answerOf(ask())));
};

test('a hundred submits at once travel in a few statements, and each gets its own id [T13]', async () => {
  const project = await fleet.project();
  const wishes = Array.from({ length: 100 }, (_, index) => `task ${index}`);
  const { answers, joined } = await statementsDuring('tasks-insert', () =>
    Promise.all(wishes.map((title) => project.task({ title }))),
  );
  expect(joined.length).toBeLessThan(20);
  const titles = await Promise.all(answers.map(async (id) => (await project.read(id)).title));
  expect(titles).toEqual(wishes);
});

test('heartbeats that travel together are answered apart: held, to be cancelled, lost, and another holder’s', async () => {
  const project = await fleet.project();
  const [agent, other] = [await project.agent({ max_concurrent: 3 }), await project.agent()];
  for (let left = 3; left > 0; left--) await project.task();
  const { grants } = await agent.poll();
  const [held, cancelled, lost] = grants.map(({ task_id, epoch }) => ({ task_id, epoch }));
  await fleet.change(cancelled!.task_id, 'cancel_requested_at = now()');
  await fleet.change(lost!.task_id, "lease_expires_at = now() - interval '1 day'");
  await reapTasks(db, desk.context.config, { pull: true, push: true });
  const answers = await joined(
    () => desk.heartbeat(ABSENT),
    () => other.heartbeat(held!),
    () => agent.heartbeat(held!),
    () => agent.heartbeat(cancelled!),
    () => agent.heartbeat(lost!),
    () => agent.heartbeat({ ...held!, epoch: 2 }),
  );
  expect(answers).toEqual([
    { ...held, directive: 'stop' },
    { ...held, directive: 'continue' },
    { ...cancelled, directive: 'cancel' },
    { ...lost, directive: 'stop' },
    { ...held, epoch: 2, directive: 'stop' },
  ]);
});

test('starts that travel together are answered apart: only the holder of the attempt starts it', async () => {
  const project = await fleet.project();
  const [agent, other] = [await project.agent(), await project.agent()];
  await project.task();
  const grant = await agent.claim();
  const answers = await joined(
    () => desk.start(ABSENT),
    () => other.start(grant),
    () => agent.start(grant),
    () => agent.start({ ...grant, epoch: 2 }),
    () => agent.start(grant),
  );
  expect(answers).toEqual([false, true, false, true]);
});

test('a stale and a valid report of one task that travel together are both answered right [G3]', async () => {
  const project = await fleet.project();
  const [slow, quick] = [await project.agent(), await project.agent()];
  await project.task();
  const stale = await slow.begin();
  await fleet.change(stale.task_id, "lease_expires_at = now() - interval '1 day'");
  await reapTasks(db, desk.context.config, { pull: true, push: true });
  const valid = await quick.begin();
  const answers = await joined(
    () => answerOf(completeAttempt(desk, { ...ABSENT, actor: 'agent:x', result: null })),
    () => slow.complete(stale, { by: 'slow' }),
    () => quick.complete(valid, { by: 'quick' }),
    () => quick.complete(valid, { by: 'quick' }),
    () => quick.complete(valid, { by: 'somebody' }),
  );
  expect(answers).toEqual([
    { code: 'lease_lost', current_epoch: 3, state: expect.any(String) },
    { state: 'succeeded', duplicate: false },
    { state: 'succeeded', duplicate: true },
    { code: 'outcome_conflict' },
  ]);
  const rows = await db.query('select epoch, result from outcomes where task_id = $1', [stale.task_id]);
  expect(rows).toEqual([{ epoch: 3, result: { by: 'quick' } }]);
});

test('what the database cannot store fails its own caller, not those whose work travels with it [B13]', async () => {
  const project = await fleet.project();
  const poison = { title: 'NUL \0', needs: {} };
  const answers = await Promise.allSettled([
    project.task({ title: 'first' }),
    project.task({ title: 'before' }),
    project.task(poison),
    project.task({ title: 'after' }),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
});

test('an epoch beyond every number does not fail the heartbeats that travel with it', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  const grant = await agent.begin();
  const answers = await Promise.allSettled([
    desk.heartbeat(ABSENT),
    agent.heartbeat({ ...grant, epoch: 3_000_000_000 }),
    agent.heartbeat(grant),
  ]);
  expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

test('a failure that is nobody’s fault is not repeated one by one', async () => {
  const project = await fleet.project();
  await project.task();
  await db.query('alter table live_tasks rename to live_tasks_away');
  const { answers, joined } = await statementsDuring('tasks-insert', () =>
    Promise.allSettled(
      Array.from({ length: 20 }, () => desk.insert({ id: randomUUID() } as Parameters<typeof insertTasks>[1][number])),
    ),
  );
  await db.query('alter table live_tasks_away rename to live_tasks');
  expect(answers.every(({ status }) => status === 'rejected')).toBe(true);
  expect(joined).toEqual([1, 19]);
});
