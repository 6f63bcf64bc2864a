import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import type { Grant } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';

const fleet = await testFleet({ replicas: 3 });
const { db, desks } = fleet;
const failures = desks.map((desk) => vi.spyOn(desk.context.log, 'warn'));

const usedSlots = async ({ id }: TestAgent) => {
  const [row] = await db.query<{ used: number }>('select used from agent_slots where agent_id = $1', [id]);
  return row!.used;
};

/** Polls at every replica at once, as a runner whose connections go to all of them. */
const pollEverywhere = async (agent: TestAgent, slots?: number): Promise<Grant[]> => {
  const answers = await Promise.all(desks.map((desk) => agent.poll({ desk, ...(slots && { slots }) })));
  return answers.flatMap(({ grants }) => grants);
};

const submitMany = (project: TestProject, count: number, wish: object = {}) =>
  Promise.all(Array.from({ length: count }, (_, index) => project.task(wish, { desk: desks[index % 3]! })));

/** Distinct attempts: a grant that another poll had lost may be delivered twice, as one attempt. */
const attempts = (grants: Grant[]) => new Set(grants.map(({ task_id, epoch }) => `${task_id}/${epoch}`));

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
    input: { to: 'all' },
    labels: { team: 'a' },
    workspace: { kind: 'none' },
    attempt: 1,
    max_attempts: 2,
    attempt_timeout_ms: 5000,
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

test('a slot is never given twice, though three replicas claim for it at the same moment [I5]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  await submitMany(project, 60);
  for (let round = 0; round < 20; round++) {
    const grants = await pollEverywhere(agent);
    expect(attempts(grants).size).toBeLessThanOrEqual(2);
    expect(await usedSlots(agent)).toBe(attempts(grants).size);
    const held = [...new Map(grants.map((grant) => [grant.task_id, grant])).values()];
    await Promise.all(held.map((grant, index) => agent.complete(grant, null, { desk: desks[index]! })));
  }
  expect(await usedSlots(agent)).toBe(0);
});

test('no task is granted twice by three replicas over many rounds, and none is left [I1]', async () => {
  const project = await fleet.project();
  const kinds = ['a', 'b', 'c', 'd'].map((capability) => ({ capabilities: [capability] }));
  const all = { capabilities: kinds.flatMap(({ capabilities }) => capabilities), max_concurrent: 5 };
  const agents = [await project.agent(all), await project.agent(all), await project.agent(all)];
  await Promise.all(kinds.map((needs) => submitMany(project, 60, { needs })));
  const granted = new Map<string, number>();
  const work = async (agent: TestAgent, desk: TaskDesk): Promise<void> => {
    for (;;) {
      const { grants } = await agent.poll({ desk });
      if (!grants.length && granted.size === 240) return;
      for (const { task_id } of grants) granted.set(task_id, (granted.get(task_id) ?? 0) + 1);
      await Promise.all(grants.map((grant) => agent.complete(grant, null, { desk })));
    }
  };
  await Promise.all(agents.map((agent, index) => work(agent, desks[index]!)));
  expect([...granted.values()].filter((times) => times !== 1)).toEqual([]);
  expect(failures.map(({ mock }) => mock.calls)).toEqual([[], [], []]);
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
])('an agent that %s is granted nothing, even by a replica that has not heard of it', async (_what, change) => {
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

test('every tenth claim of a queue is its oldest, also when three replicas take turns [G8]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const low = await project.task({ priority: 0 });
  await submitMany(project, 40, { priority: 9 });
  const order: string[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const grant = await agent.claim({ desk: desks[turn % 3]! });
    order.push(grant.task_id);
    await agent.complete(grant);
  }
  expect(order.indexOf(low)).toBeGreaterThanOrEqual(0);
  expect(order.indexOf(low)).toBeLessThan(10);
});

test('the turn of the oldest is counted for all replicas together, when they claim from a queue at once [G8]', async () => {
  const project = await fleet.project();
  const agents = [await project.agent(), await project.agent(), await project.agent()];
  const low = await project.task({ priority: 0 });
  await submitMany(project, 60, { priority: 9 });
  const order: string[] = [];
  const work = async (agent: TestAgent, desk: TaskDesk): Promise<void> => {
    while (!order.includes(low)) {
      const { grants } = await agent.poll({ desk });
      for (const grant of grants) {
        order.push(grant.task_id);
        await agent.complete(grant, null, { desk });
      }
    }
  };
  await Promise.all(agents.map((agent, index) => work(agent, desks[index]!)));
  // Claims that began at the same moment count once each, so two more may pass than with one replica.
  expect(order.indexOf(low)).toBeLessThan(12);
});
