import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { wakeTasks } from './wake.ts';

const fleet = await testFleet({ replicas: 2 });
const { db } = fleet;
const FUTURE = '2999-01-01T00:00:00Z';

test('a task waits for available_at and is then queued, and the next time to look is known', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ available_at: FUTURE });
  expect(await project.read(id)).toMatchObject({ state: 'waiting' });
  expect(await wakeTasks(db)).toEqual({ woken: 0, next_in_ms: expect.any(Number) });
  expect((await agent.poll()).grants).toEqual([]);
  await fleet.change(id, 'available_at = now()');
  expect(await wakeTasks(db)).toEqual({ woken: 1, next_in_ms: null });
  expect(await project.read(id)).toMatchObject({ state: 'queued' });
  expect((await agent.claim()).task_id).toBe(id);
});

test('a task whose back-off has passed can be claimed again, without another event', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ backoff_base_ms: 3_600_000 });
  await agent.fail(await agent.begin(), { retryable: true });
  await fleet.change(id, 'available_at = now()');
  expect((await wakeTasks(db)).woken).toBe(1);
  expect(await agent.claim()).toMatchObject({ task_id: id, epoch: 2 });
  const told = await db.query("select from events where task_id = $1 and type = 'task.queued'", [id]);
  expect(told).toEqual([]);
});

test('two replicas that wake tasks at once share them', async () => {
  const project = await fleet.project();
  await project.submit(Array.from({ length: 300 }, () => ({ available_at: FUTURE, allow_unsatisfiable: true })));
  await db.query('update live_tasks set available_at = now() where project_id = $1', [project.id]);
  const [one, two] = await Promise.all(fleet.desks.map(({ context }) => wakeTasks(context.db)));
  const later = await wakeTasks(db);
  expect(one!.woken + two!.woken + later.woken).toBe(300);
  const events = await db.query("select from events where project_id = $1 and type = 'task.queued'", [project.id]);
  expect(events).toHaveLength(300);
});
