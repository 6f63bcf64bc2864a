import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { cancelTask } from './cancel.ts';
import { listAttempts } from './list-attempts.ts';
import { listTasks, type TaskFilter } from './list-tasks.ts';
import { readTask } from './read-task.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

test('tasks are listed newest first, by state and by label, page by page', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const titles = async (filter: Partial<TaskFilter> = {}) =>
    (await listTasks(db, { project_id: project.id, limit: 50, ...filter })).map(({ title }) => title);
  for (const title of ['a', 'b', 'c', 'd', 'e'])
    await project.task({ title, labels: title < 'c' ? { team: 'x=y' } : {} });
  await agent.complete(await agent.begin());
  await agent.fail(await agent.begin());
  await agent.begin();
  const [, d] = await listTasks(db, { project_id: project.id, limit: 50 });
  await cancelTask(desk, await project.read(d!.id), 'key:test');
  expect(await titles()).toEqual(['e', 'd', 'c', 'b', 'a']);
  expect(await titles({ state: 'succeeded' })).toEqual(['a']);
  expect(await titles({ state: 'failed' })).toEqual(['b']);
  expect(await titles({ state: 'running' })).toEqual(['c']);
  expect(await titles({ state: 'cancelled' })).toEqual(['d']);
  expect(await titles({ state: 'queued' })).toEqual(['e']);
  expect(await titles({ label: 'team=x=y' })).toEqual(['b', 'a']);
  expect(await titles({ label: 'team=x' })).toEqual([]);
  expect(await titles({ limit: 2 })).toEqual(['e', 'd']);
  expect(await titles({ limit: 2, before_id: d!.id })).toEqual(['c', 'b']);
  expect(await titles({ state: 'succeeded', before_id: d!.id, label: 'team=x=y' })).toEqual(['a']);
});

test('a list shows of each task what reading it shows', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  for (let left = 3; left > 0; left--) await project.task({ backoff_base_ms: 0 });
  await agent.fail(await agent.begin(), { retryable: true });
  await agent.complete(await agent.begin());
  for (const listed of await listTasks(db, { project_id: project.id, limit: 50 }))
    expect(await project.read(listed.id)).toMatchObject(listed);
});

test('tasks of another project are neither listed nor read [I10]', async () => {
  const [ours, theirs] = [await fleet.project(), await fleet.project()];
  const id = await theirs.task();
  expect(await listTasks(db, { project_id: ours.id, limit: 50 })).toEqual([]);
  expect(await answerOf(readTask(db, id, ours.id))).toEqual({ code: 'not_found' });
  expect(await readTask(db, id)).toMatchObject({ id });
});

test('the attempts of a task are listed first to last, with who made them and how they ended', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ backoff_base_ms: 0 });
  await agent.fail(await agent.begin(), { retryable: true, message: 'disk full' });
  await agent.begin();
  const common = {
    task_id: id,
    agent_id: agent.id,
    agent: agent.name,
    runner: agent.runner,
    holder_id: agent.holder_id,
  };
  const times = { claimed_at: expect.any(String), started_at: expect.any(String) };
  expect(await listAttempts(db, id)).toEqual([
    {
      ...common,
      ...times,
      epoch: 1,
      ended_at: expect.any(String),
      outcome: 'failed',
      error: { code: 'exit_1', message: 'disk full' },
      usage: null,
    },
    { ...common, ...times, epoch: 2, ended_at: null, outcome: null, error: null, usage: null },
  ]);
});
