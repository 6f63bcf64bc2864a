import { afterAll, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import type { Grant } from './attempt-schema.ts';
import { claimTasks } from './claim.ts';
import type { TaskDesk } from './desk.ts';

const fleet = await testFleet({ replicas: 3 });
const { db, desks } = fleet;

afterAll(() => expect(fleet.warnings).toEqual([]));

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

test('of different tasks that are claimed for one slot at the same moment one is granted [I5]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  for (let round = 0; round < 5; round++) {
    const ids = await submitMany(project, 12);
    const answers = await Promise.all(
      ids.map((task_id, at) => {
        const who = { agent_id: agent.id, holder_id: agent.holder_id };
        const plan = { ...who, task_id, epoch: 1, slots: 1, lease_ttl_ms: 60_000, token_hash: '00', since_oldest: 1 };
        return claimTasks(desks[at % 3]!.context.db, [plan]);
      }),
    );
    const claimed = answers.flatMap((answer) => answer.claimed);
    expect(claimed).toHaveLength(1);
    expect(answers.flatMap(({ refused }) => refused)).toHaveLength(11);
    expect(await usedSlots(agent)).toBe(1);
    await agent.complete(claimed[0]!);
  }
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
