import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { cancelTask } from './cancel.ts';
import { reapTasks } from './reap.ts';
import { explainTask } from './why.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

const explain = async (project: TestProject, id: string) => explainTask(db, await project.read(id));

test('the place in the queue counts what is claimed before it: higher priority, then older', async () => {
  const project = await fleet.project();
  const first = await project.task({ priority: 5 });
  const second = await project.task({ priority: 5 });
  const urgent = await project.task({ priority: 9 });
  const other = await project.task({ priority: 9, needs: { capabilities: ['gpu'] } });
  const places = await Promise.all(
    [urgent, first, second, other].map(async (id) => (await explain(project, id)).queue_position),
  );
  expect(places).toEqual([1, 2, 3, 1]);
});

test('without any agent it says how to start one', async () => {
  const project = await fleet.project();
  expect(await explain(project, await project.task())).toMatchObject({
    summary: 'The project has no agent.',
    unblock: ['Start a runner: whoosh runner --help', 'Or add a model server: whoosh agent add --help'],
  });
});

test('a task that waits for others names them and their states', async () => {
  const project = await fleet.project();
  const first = await project.task({ title: 'Build' });
  const id = await project.task({ depends_on: [{ task: first }] });
  expect(await explain(project, id)).toMatchObject({
    state: 'waiting',
    summary: 'It waits for 1 other task(s).',
    unblock: ['The end of "Build" (queued).'],
    queue_position: null,
    open_dependencies: [{ task_id: first, title: 'Build', state: 'queued' }],
  });
});

test('a task that backs off or waits for its time says until when', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const failed = await project.task({ backoff_base_ms: 3_600_000 });
  await agent.fail(await agent.begin(), { retryable: true });
  for (const id of [failed, await project.task({ available_at: '2999-01-01T00:00:00Z' })]) {
    const { available_at } = await project.read(id);
    expect(await explain(project, id)).toMatchObject({
      summary: `It is not to be claimed before ${available_at}.`,
      unblock: [`The time ${available_at}.`],
      queue_position: null,
    });
  }
});

test('a task whose time has come a moment ago says that it is about to be queued', async () => {
  const project = await fleet.project();
  await project.agent();
  const id = await project.task({ available_at: '2999-01-01T00:00:00Z' });
  await fleet.change(id, "available_at = now() - interval '1 ms'");
  expect(await explain(project, id)).toMatchObject({
    state: 'waiting',
    summary: 'An agent is free for it; it is about to be queued.',
  });
});

describe('a task that does not wait says so when it', () => {
  const ENDS: [string, (agent: TestAgent, project: TestProject) => Promise<unknown>, string][] = [
    ['is claimed', (agent) => agent.claim(), 'It does not wait: an agent has claimed it and is about to start.'],
    ['runs', (agent) => agent.begin(), 'It does not wait: an agent is working on it.'],
    ['has succeeded', async (agent) => agent.complete(await agent.begin()), 'It has succeeded.'],
    [
      'has failed',
      async (agent) => agent.fail(await agent.begin(), { message: 'disk full' }),
      'It has failed (error): disk full',
    ],
  ];

  test.each(ENDS)('%s', async (_what, act, summary) => {
    const project = await fleet.project();
    const agent = await project.agent();
    const id = await project.task();
    await act(agent, project);
    expect(await explain(project, id)).toMatchObject({ summary, unblock: [], queue_position: null });
  });

  test('was cancelled or has expired', async () => {
    const project = await fleet.project();
    const cancelled = await project.task();
    await cancelTask(desk, await project.read(cancelled), 'key:test');
    expect((await explain(project, cancelled)).summary).toBe('It was cancelled.');
    const expired = await project.task({ deadline_at: '2999-01-01T00:00:00Z' });
    await fleet.change(expired, 'deadline_at = now()');
    await reapTasks(db, desk.context.config, { pull: true, push: true });
    expect((await explain(project, expired)).summary).toBe('A deadline passed before it ended.');
  });
});
