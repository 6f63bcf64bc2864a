import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Assignment, assign, type FreeAgent, type Head, type ProjectShare, type Queue } from './assign.ts';
import { isSpent } from './is-spent.ts';
import { Turns } from './turns.ts';

type QueueShape = { project: number; since: number; slots: number; priorities: number[] };
type AgentShape = { free: number; busy: boolean; since: number; serves: boolean[]; ranks: number[] };
type Shape = { queues: QueueShape[]; agents: AgentShape[]; running: number[]; weights: number[] };

const PROJECTS = 3;
const shape: fc.Arbitrary<Shape> = fc.record({
  queues: fc.array(
    fc.record({
      project: fc.nat(PROJECTS - 1),
      since: fc.nat(9),
      slots: fc.integer({ min: 1, max: 3 }),
      priorities: fc.array(fc.nat(9), { maxLength: 25 }),
    }),
    { maxLength: 8 },
  ),
  agents: fc.array(
    fc.record({
      free: fc.nat(8),
      busy: fc.boolean(),
      since: fc.nat(9),
      serves: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
      ranks: fc.array(fc.nat(1), { minLength: 8, maxLength: 8 }),
    }),
    { maxLength: 6 },
  ),
  running: fc.array(fc.nat(20), { minLength: PROJECTS, maxLength: PROJECTS }),
  weights: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: PROJECTS, maxLength: PROJECTS }),
});

/** Tasks of different queues have ages that interleave; the id grows with time, as a UUIDv7 does. */
const taskId = (queue: number, index: number) => `${String(index).padStart(4, '0')}-${queue}`;

function build({ queues, agents, running, weights }: Shape) {
  let calls = 0;
  const built = queues.map(({ project, since, slots, priorities }, at): Queue => {
    const tasks = priorities.map(
      (priority, index): Head => ({ task_id: taskId(at, index), epoch: 0, priority, slots }),
    );
    const heads = tasks.toSorted((a, b) => b.priority - a.priority || (a.task_id < b.task_id ? -1 : 1));
    return { project_id: `p${project}`, class_id: at, since_oldest: since, heads, oldest: tasks, has_more: false };
  });
  const free = agents.map(
    ({ free, busy, since, serves, ranks }, at): FreeAgent => ({
      agent_id: `a${at}`,
      holder_id: `h${at}`,
      free,
      busy,
      since_oldest: since,
      canServe(queue) {
        calls++;
        return serves[queue.class_id]!;
      },
      rank: (queue) => ranks[queue.class_id]!,
    }),
  );
  const shares = new Map<string, ProjectShare>(
    running.map((count, at) => [`p${at}`, { running: count, weight: weights[at]! }]),
  );
  return { queues: built, agents: free, shares, calls: () => calls };
}

const decide = (given: Shape) => {
  const fleet = build(given);
  return { ...fleet, plan: assign(fleet.queues, fleet.agents, fleet.shares, new Turns()) };
};

const holds = (property: (given: Shape, plan: Assignment[], fleet: ReturnType<typeof decide>) => void) =>
  fc.assert(
    fc.property(shape, (given) => {
      const fleet = decide(given);
      property(given, fleet.plan, fleet);
    }),
    { numRuns: 500 },
  );

test('no agent gets more than its free slots', () => {
  holds((given, plan, { agents }) => {
    for (const [at, agent] of agents.entries()) {
      const taken = plan.filter((one) => one.agent === agent).reduce((sum, { head }) => sum + head.slots, 0);
      expect(taken).toBeLessThanOrEqual(given.agents[at]!.free);
      expect(agent.free).toBe(given.agents[at]!.free - taken);
    }
  });
});

test('no agent gets a task that it cannot serve', () => {
  holds((given, plan) => {
    for (const { agent, queue } of plan)
      expect(given.agents[Number(agent.agent_id.slice(1))]!.serves[queue.class_id]).toBe(true);
  });
});

test('each task is given once, and only from its own queue', () => {
  holds((given, plan) => {
    const ids = plan.map(({ head }) => head.task_id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { head, queue } of plan) {
      const [index, at] = head.task_id.split('-').map(Number);
      expect([at, head.priority]).toEqual([queue.class_id, given.queues[at!]!.priorities[index!]]);
    }
  });
});

test('nothing is left waiting while an agent that can do it has the slots, and keeps them for nothing larger', () => {
  holds((given, plan, { agents }) => {
    const taken = new Set(plan.map(({ head }) => head.task_id));
    const left = given.queues.map(({ priorities }, at) => priorities.some((_, index) => !taken.has(taskId(at, index))));
    for (const [at, { slots }] of given.queues.entries()) {
      for (const agent of agents) {
        const { serves } = given.agents[Number(agent.agent_id.slice(1))]!;
        const isLarger = (queue: QueueShape, index: number) => left[index] && serves[index] && queue.slots > agent.free;
        const keeps = agent.busy && agent.since_oldest >= 9 && given.queues.some(isLarger);
        expect(left[at] && serves[at] && agent.free >= slots && !keeps).toBe(false);
      }
    }
  });
});

test('within a queue the highest priority goes first and then the oldest, but for the turns of the oldest', () => {
  holds((given, plan) => {
    for (const at of given.queues.keys()) {
      const ofQueue = plan.filter(({ queue }) => queue.class_id === at);
      const left = given.queues[at]!.priorities.map((priority, index) => ({ priority, task_id: taskId(at, index) }));
      for (const { head } of ofQueue) {
        const best = left.toSorted((a, b) => b.priority - a.priority || (a.task_id < b.task_id ? -1 : 1))[0]!;
        const oldest = left[0]!;
        expect([best.task_id, oldest.task_id]).toContain(head.task_id);
        left.splice(
          left.findIndex(({ task_id }) => task_id === head.task_id),
          1,
        );
      }
    }
  });
});

test('no ten claims in a row of a queue pass over its oldest task', () => {
  holds((given, plan) => {
    for (const [at, { since, priorities }] of given.queues.entries()) {
      const left = priorities.map((_, index) => taskId(at, index));
      let passed = since;
      for (const { head } of plan.filter(({ queue }) => queue.class_id === at)) {
        passed = head.task_id === left[0] ? 0 : passed + 1;
        expect(passed).toBeLessThan(10);
        left.splice(left.indexOf(head.task_id), 1);
      }
    }
  });
});

/** Which agent gets each of `tasks` equal tasks, by agents that are free and suit so well. */
function shareOut(tasks: number, ...agents: { free: number; rank: number }[]): string[] {
  const fleet = build({
    queues: [{ project: 0, since: 0, slots: 1, priorities: Array(tasks).fill(5) }],
    agents: agents.map(({ free, rank }) => ({ free, busy: false, since: 0, serves: [true], ranks: [rank] })),
    running: [0, 0, 0],
    weights: [1, 1, 1],
  });
  return assign(fleet.queues, fleet.agents, fleet.shares, new Turns()).map(({ agent }) => agent.agent_id);
}

test('the agent that suits best is asked first, and one that suits less when that one is full', () => {
  expect(shareOut(4, { free: 5, rank: 1 }, { free: 2, rank: 0 })).toEqual(['a1', 'a1', 'a0', 'a0']);
});

test('among agents that suit alike the work goes to the one with the most free slots', () => {
  expect(shareOut(4, { free: 1, rank: 0 }, { free: 3, rank: 0 })).toEqual(['a1', 'a1', 'a0', 'a1']);
});

test('an agent that kept a slot for a larger task takes a small one when another agent took the large one', () => {
  const fleet = build({
    queues: [
      { project: 0, since: 0, slots: 2, priorities: [0] },
      { project: 0, since: 0, slots: 1, priorities: [1, 1] },
    ],
    agents: [
      { free: 2, busy: true, since: 8, serves: [true, true], ranks: [0, 0] },
      { free: 2, busy: false, since: 0, serves: [true, false], ranks: [0, 0] },
    ],
    running: [0, 0, 0],
    weights: [1, 1, 1],
  });
  const plan = assign(fleet.queues, fleet.agents, fleet.shares, new Turns());
  expect(plan.map(({ head, agent }) => [head.task_id, agent.agent_id])).toEqual([
    ['0000-1', 'a0'],
    ['0000-0', 'a1'],
    ['0001-1', 'a0'],
  ]);
});

test('an agent is asked once about each queue, however much there is to give', () => {
  holds((given, _plan, { calls }) => {
    expect(calls()).toBe(given.queues.length * given.agents.length);
  });
});

test('a round that knows the fronts of queues only gives what one that knows all would give first', () => {
  fc.assert(
    fc.property(shape, fc.integer({ min: 1, max: 3 }), (given, size) => {
      const whole = decide(given).plan;
      const fleet = build(given);
      for (const queue of fleet.queues) {
        queue.has_more = queue.heads.length >= size;
        queue.heads = queue.heads.slice(0, size);
      }
      const plan = assign(fleet.queues, fleet.agents, fleet.shares, new Turns());
      expect(plan.map(told)).toEqual(whole.slice(0, plan.length).map(told));
      expect(plan.length === whole.length || fleet.queues.some(isSpent)).toBe(true);
    }),
  );
});

const told = ({ head, agent }: Assignment) => `${head.task_id} to ${agent.agent_id}`;
