import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { AppError } from '../errors.ts';
import { cancelTask } from './cancel.ts';

const fleet = await testFleet({ replicas: 3 });
const { db, desk, desks } = fleet;

const unfinished = async ({ id }: TestProject): Promise<number> => {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from live_tasks where project_id = $1',
    [id],
  );
  return row!.count;
};
const codeOf = (error: unknown) => (error instanceof AppError ? error.code : error);

test('a project may have as many unfinished tasks as its cap, and then is told to come back [T11]', async () => {
  const project = await fleet.project({ max_unfinished_tasks: 3 });
  for (let left = 3; left > 0; left--) await project.task();
  const refused: unknown = await project.task().catch((error: unknown) => error);
  expect(refused).toMatchObject({
    code: 'queue_full',
    status: 429,
    message: 'The project has 3 unfinished tasks and may have 3.',
    extras: { retryAfter: 5 },
  });
});

test('tasks of every unfinished state count, and finished ones do not', async () => {
  const project = await fleet.project({ max_unfinished_tasks: 3 });
  const agent = await project.agent({ max_concurrent: 2 });
  const waiting = await project.task({ available_at: '2999-01-01T00:00:00Z' });
  await project.task();
  const running = await agent.begin();
  await project.task();
  await expect(project.task()).rejects.toMatchObject({ code: 'queue_full' });
  await agent.complete(running);
  await project.task();
  await expect(project.task()).rejects.toMatchObject({ code: 'queue_full' });
  await cancelTask(desk, await project.read(waiting), 'key:test');
  await project.task();
});

test('a batch that would pass the cap is refused whole', async () => {
  const project = await fleet.project({ max_unfinished_tasks: 5 });
  const batch = (size: number) => Array.from({ length: size }, () => ({ allow_unsatisfiable: true }));
  await expect(project.submit(batch(6))).rejects.toMatchObject({ code: 'queue_full' });
  expect(await unfinished(project)).toBe(0);
  await project.submit(batch(5));
  expect(await unfinished(project)).toBe(5);
});

test('a full queue still answers a repeated submit with the first id [G7]', async () => {
  const project = await fleet.project({ max_unfinished_tasks: 1 });
  const first = await project.submit({ allow_unsatisfiable: true }, { key: 'k' });
  expect(await project.submit({ allow_unsatisfiable: true }, { key: 'k' })).toEqual({ ...first, replayed: true });
});

test('submitters who come one after the other, from three replicas, never pass the cap', async () => {
  const project = await fleet.project({ max_unfinished_tasks: 50 });
  const codes = new Set<unknown>();
  for (let at = 0; at < 60; at++) {
    await project.task({}, { desk: desks[at % 3]! }).catch((error: unknown) => codes.add(codeOf(error)));
  }
  expect(await unfinished(project)).toBe(50);
  expect([...codes]).toEqual(['queue_full']);
});

test('submitters at once pass the cap by no more than were under way, and then nobody is let in', async () => {
  const cap = 20;
  const underWay = 30;
  const project = await fleet.project({ max_unfinished_tasks: cap });
  const submitAtOnce = async () => {
    const asked = Array.from({ length: underWay }, (_, at) => project.task({}, { desk: desks[at % 3]! }));
    return (await Promise.allSettled(asked)).filter(({ status }) => status === 'fulfilled').length;
  };
  const accepted = await submitAtOnce();
  expect(accepted).toBe(await unfinished(project));
  expect(accepted).toBeGreaterThanOrEqual(cap);
  expect(accepted).toBeLessThanOrEqual(cap + underWay);
  // Each replica may be wrong by a tenth of the cap for one more second.
  expect(await submitAtOnce()).toBeLessThanOrEqual(desks.length * cap * 0.1);
});

test('far below the cap the tasks are not counted anew for every submit', async () => {
  const project = await fleet.project();
  await project.task();
  const query = vi.spyOn(desk.context.db, 'query');
  for (let left = 20; left > 0; left--) await project.task();
  const counts = query.mock.calls.filter(([, , options]) => options?.name === 'tasks-unfinished').length;
  query.mockRestore();
  expect(counts).toBeLessThan(3);
});

test('one project’s full queue does not stop another’s', async () => {
  const [full, other] = [await fleet.project({ max_unfinished_tasks: 1 }), await fleet.project()];
  await full.task();
  await expect(full.task()).rejects.toMatchObject({ code: 'queue_full' });
  await other.task();
});
