import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';

const fleet = await testFleet();
const { db } = fleet;

const usedSlots = async ({ id }: TestAgent) => {
  const [row] = await db.query<{ used: number }>('select used from agent_slots where agent_id = $1', [id]);
  return row!.used;
};

test('a claim grants the task with everything that the holder needs, and opens its attempt', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ capabilities: ['shell'] });
  const id = await project.task({
    title: 'Say hello',
    prompt: 'echo hello',
    input: { to: 'all' },
    needs: { capabilities: ['shell'] },
    labels: { team: 'a' },
    attempt_timeout_ms: 5000,
    max_attempts: 2,
  });
  const grant = await agent.claim();
  expect(grant).toEqual({
    task_id: id,
    epoch: 1,
    token: expect.stringMatching(/^wha_[0-9a-f]{32}-1_[0-9a-f]{64}$/),
    project_id: project.id,
    agent_id: agent.id,
    title: 'Say hello',
    prompt: 'echo hello',
    call: null,
    needs: { capabilities: ['shell'], labels: [], slots: 1 },
    result_schema: null,
    permission_rules: [],
    continues: null,
    input: { to: 'all' },
    labels: { team: 'a' },
    workspace: { kind: 'none' },
    attempt: 1,
    max_attempts: 2,
    attempt_timeout_ms: 5000,
    traceparent: null,
    has_dependencies: false,
  });
  const [attempt] = await db.query(
    `select epoch, agent_id, holder_id, started_at, ended_at, outcome, claimed_at > now() - interval '1 min' as fresh
     from attempts where task_id = $1`,
    [id],
  );
  expect(attempt).toEqual({
    epoch: 1,
    agent_id: agent.id,
    holder_id: agent.holder_id,
    started_at: null,
    ended_at: null,
    outcome: null,
    fresh: true,
  });
});

test('tasks are granted by priority, and among equals the oldest first', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 4 });
  for (const [title, priority] of [
    ['a', 5],
    ['b', 9],
    ['c', 5],
    ['d', 0],
  ] as const)
    await project.task({ title, priority });
  const { grants } = await agent.poll();
  expect(grants.map(({ title }) => title)).toEqual(['b', 'a', 'c', 'd']);
});

test('a task that takes two slots leaves no room for a third', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 3 });
  await project.task({ title: 'wide', needs: { slots: 2 } });
  await project.task({ title: 'wide too', needs: { slots: 2 } });
  await project.task({ title: 'narrow' });
  expect((await agent.poll()).grants.map(({ title }) => title)).toEqual(['wide', 'narrow']);
  expect(await usedSlots(agent)).toBe(3);
});

test.each([
  ['is draining', 'update agents set draining = true where id = $1'],
  ['was removed', 'update agents set removed_at = now() where id = $1'],
  [
    'has a removed runner',
    'update runners set removed_at = now() where id = (select runner_id from agents where id = $1)',
  ],
  [
    'has a newer session',
    'update runners set holder_id = gen_random_uuid() where id = (select runner_id from agents where id = $1)',
  ],
])('an agent that %s is granted nothing, even by a replica that has not heard of it [T18]', async (_what, change) => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  await db.query(change, [agent.id]);
  expect((await agent.poll()).grants).toEqual([]);
  expect(await project.read(id)).toMatchObject({ state: 'queued', attempts: 0, epoch: 0 });
});

test.each([
  ['whose deadline has passed', "deadline_at = now() - interval '1 s'"],
  ['whose queue deadline has passed', "queue_deadline_at = now() - interval '1 s'"],
  ['that is to be cancelled', 'cancel_requested_at = now()'],
  ['that backs off', "ready = false, available_at = now() + interval '1 h'"],
])('a task %s is not granted', async (_what, set) => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  await fleet.change(id, set);
  expect((await agent.poll()).grants).toEqual([]);
  expect(await project.read(id)).toMatchObject({ state: 'queued', attempts: 0 });
});

test('an agent of one project is granted nothing of another [I10]', async () => {
  const [ours, theirs] = [await fleet.project(), await fleet.project()];
  const agent = await ours.agent();
  await theirs.task();
  expect((await agent.poll()).grants).toEqual([]);
});
