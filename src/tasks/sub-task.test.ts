import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { cancelTask } from './cancel.ts';
import { listTasks } from './list-tasks.ts';
import { submitBatch } from './schema.ts';
import { submitSubTasks } from './sub-task.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const FUTURE = '2999-01-01T00:00:00.000Z';

async function scene(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 50 });
  const id = await project.task(wish);
  return { project, agent, id, grant: await agent.begin() };
}

async function submit(
  project: TestProject,
  attempt: AttemptRef,
  wishes: Wish | Wish[] = {},
  key: string | null = null,
) {
  const { tasks } = submitBatch.parse({ tasks: [wishes].flat().map((wish) => ({ title: 'A part', ...wish })) });
  const actor = `attempt:${attempt.task_id}/${attempt.epoch}`;
  return submitSubTasks(desk, attempt, { project, tasks, idempotency_key: key, actor });
}
const one = async (project: TestProject, attempt: AttemptRef, wish: Wish = {}) =>
  project.read((await submit(project, attempt, wish)).ids[0]!);

/** Claims until it has the task. */
async function claim(agent: TestAgent, id: string) {
  for (;;) {
    const grant = await agent.begin();
    if (grant.task_id === id) return grant;
  }
}

test('a running attempt hands in sub-tasks, which know their parent', async () => {
  const { project, id, grant } = await scene();
  const child = await one(project, grant, { title: 'part' });
  expect(child).toMatchObject({ parent_id: id, depth: 1, state: 'queued', submitted_by: `attempt:${id}/1` });
  const found = await listTasks(db, { project_id: project.id, parent: id, limit: 10 });
  expect(found.map((task) => task.id)).toEqual([child.id]);
});

test('a sub-task is no more urgent, no later and has no more tries than its parent [AT2]', async () => {
  const { project, grant } = await scene({
    priority: 3,
    deadline_at: FUTURE,
    max_attempts: 2,
    attempt_timeout_ms: 60_000,
  });
  const limits = { priority: 3, deadline_at: FUTURE, max_attempts: 2, attempt_timeout_ms: 60_000 };
  expect(await one(project, grant)).toMatchObject(limits);
  const wish = { priority: 9, deadline_at: '3000-01-01T00:00:00Z', max_attempts: 9, attempt_timeout_ms: 90_000 };
  expect(await one(project, grant, wish)).toMatchObject(limits);
  const less = { priority: 1, deadline_at: '2998-01-01T00:00:00.000Z', max_attempts: 1, attempt_timeout_ms: 1000 };
  expect(await one(project, grant, less)).toMatchObject(less);
});

test('sub-tasks of a task that somebody had to approve have to be approved too', async () => {
  const { project, grant, id } = await scene();
  await db.query('update tasks set requires_approval = true where id = $1', [id]);
  expect(await one(project, grant)).toMatchObject({ state: 'waiting', awaiting_approval: true });
});

test('sub-tasks have sub-tasks, down to the third level [AT2]', async () => {
  const { project, agent, grant } = await scene();
  let attempt: AttemptRef = grant;
  for (const depth of [1, 2, 3]) {
    const child = await one(project, attempt);
    expect(child.depth).toBe(depth);
    attempt = await claim(agent, child.id);
  }
  expect((await refusalOf(submit(project, attempt))).code).toBe('subtask_limit');
});

test('a task has at most 20 sub-tasks, however many are handed in at the same moment [AT2]', async () => {
  const { project, id, grant } = await scene();
  const asked = await Promise.allSettled(Array.from({ length: 30 }, () => submit(project, grant)));
  const codes = asked.map((it) => (it.status === 'fulfilled' ? 'accepted' : (it.reason as { code: string }).code));
  expect(codes.filter((code) => code === 'accepted')).toHaveLength(20);
  expect(codes.filter((code) => code === 'subtask_limit')).toHaveLength(10);
  expect(await listTasks(db, { project_id: project.id, parent: id, limit: 50 })).toHaveLength(20);
  const other = await scene();
  const many = Array.from({ length: 21 }, () => ({}));
  expect((await refusalOf(submit(other.project, other.grant, many))).code).toBe('subtask_limit');
  await submit(other.project, other.grant, many.slice(1));
});

test('an attempt that has lost its lease, or is to be cancelled, hands in nothing more', async () => {
  const { project, agent, grant, id } = await scene();
  await cancelTask(desk, await project.read(id), 'key:test');
  expect((await refusalOf(submit(project, grant))).code).toBe('invalid_state');
  await agent.release(grant);
  expect((await refusalOf(submit(project, grant))).code).toBe('lease_lost');
  expect(await listTasks(db, { project_id: project.id, parent: id, limit: 10 })).toEqual([]);
});

test('the next attempt finds the sub-tasks of the one before under its keys, which are nobody else’s', async () => {
  const { project, agent, grant } = await scene();
  await project.task({ title: 'A part' }, { key: 'part-1' });
  const first = await submit(project, grant, {}, 'part-1');
  expect(first.replayed).toBe(false);
  await agent.release(grant);
  const again = await claim(agent, grant.task_id);
  expect(await submit(project, again, {}, 'part-1')).toEqual({ ids: first.ids, replayed: true });
});

test('sub-tasks may depend on one another and on tasks that are there already', async () => {
  const { project, grant } = await scene();
  const before = await project.task();
  const { ids } = await submit(project, grant, [
    { ref: 'a', depends_on: [{ task: before }] },
    { depends_on: [{ task: 'a' }] },
  ]);
  expect((await project.read(ids[1]!)).depends_on).toEqual([{ task: ids[0], policy: 'fail', name: 'a' }]);
});

test('with a task its unfinished sub-tasks are cancelled, and theirs; one that has ended stays', async () => {
  const { project, agent, id, grant } = await scene();
  const done = await one(project, grant);
  await agent.complete(await claim(agent, done.id));
  const running = await one(project, grant);
  const attempt = await claim(agent, running.id);
  const queued = await one(project, attempt);
  await cancelTask(desk, await project.read(id), 'key:test');
  expect(await project.read(done.id)).toMatchObject({ state: 'succeeded' });
  expect(await project.read(running.id)).toMatchObject({ state: 'running', cancel_requested_at: expect.any(String) });
  expect(await project.read(queued.id)).toMatchObject({ state: 'cancelled' });
});

test('when a task succeeds its sub-tasks go on', async () => {
  const { project, agent, id, grant } = await scene();
  const child = await one(project, grant);
  await agent.complete(grant);
  expect((await refusalOf(cancelTask(desk, await project.read(id), 'key:test'))).code).toBe('invalid_state');
  expect(await project.read(child.id)).toMatchObject({ state: 'queued' });
});
