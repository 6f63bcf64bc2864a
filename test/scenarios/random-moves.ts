import { randomUUID } from 'node:crypto';
import { AppError } from '../../src/errors.ts';
import type { Grant } from '../../src/tasks/attempt-schema.ts';
import { cancelTask } from '../../src/tasks/cancel.ts';
import type { TaskDesk } from '../../src/tasks/desk.ts';
import { reapTasks } from '../../src/tasks/reap.ts';
import { retryTask } from '../../src/tasks/retry.ts';
import { wakeTasks } from '../../src/tasks/wake.ts';
import type { Chance } from '../support/chance.ts';
import type { Fleet } from '../support/fleet.ts';
import type { TestAgent } from '../support/fleet-agent.ts';
import type { TestProject, Wish } from '../support/fleet-project.ts';

/** What the driver knows: what was accepted, who holds what, and what the server said of each success. */
export type World = {
  fleet: Fleet;
  project: TestProject;
  agents: TestAgent[];
  accepted: Set<string>;
  submissions: { key: string; wishes: Wish[]; ids: string[] }[];
  held: { agent: TestAgent; grant: Grant }[];
  /** Successes that the server took as new, by task. */
  successes: Map<string, { epoch: number; result: string }[]>;
};
type Move = (world: World, chance: Chance, desk: TaskDesk) => Promise<unknown>;

/** Refusals that a holder or a person may meet when others act at the same moment. */
const EXPECTED = new Set(['lease_lost', 'outcome_conflict', 'not_found', 'invalid_state']);
const tolerate = (asked: Promise<unknown>) =>
  asked.catch((error: unknown) => {
    if (!(error instanceof AppError) || !EXPECTED.has(error.code)) throw error;
  });

const wish = (chance: Chance): Wish => ({
  needs: { capabilities: chance.is(0.5) ? [chance.of(['a', 'b'])!] : [], slots: chance.is(0.2) ? 2 : 1 },
  priority: Math.floor(chance.next() * 10),
  max_attempts: 1 + Math.floor(chance.next() * 4),
  backoff_base_ms: chance.is(0.5) ? 0 : 3_600_000,
  ...(chance.is(0.1) && { available_at: '2999-01-01T00:00:00Z' }),
  ...(chance.is(0.1) && { deadline_at: '2999-01-01T00:00:00Z' }),
  ...(chance.is(0.1) && { result_schema: { type: 'string', pattern: '^by' } }),
  ...(chance.is(0.2) && { attempt_timeout_ms: 1000 }),
});

const dependsOn = (chance: Chance, candidates: string[]) => {
  const tasks = new Set(Array.from({ length: 1 + Math.floor(chance.next() * 3) }, () => chance.of(candidates)!));
  return { depends_on: [...tasks].map((task) => ({ task, policy: chance.of(['fail', 'skip', 'run'] as const)! })) };
};

async function submit({ project, accepted, submissions }: World, chance: Chance, desk: TaskDesk): Promise<void> {
  const earlier = [...accepted];
  const wishes = Array.from({ length: chance.is(0.3) ? 4 : 1 }, (_, at): Wish => ({ ref: `t${at}`, ...wish(chance) }));
  for (const [at, one] of wishes.entries()) {
    const candidates = [...wishes.slice(0, at).map(({ ref }) => ref!), ...earlier];
    if (candidates.length && chance.is(0.4)) Object.assign(one, dependsOn(chance, candidates));
  }
  const key = randomUUID();
  const { ids } = await project.submit(wishes, { key, desk });
  for (const id of ids) accepted.add(id);
  submissions.push({ key, wishes, ids });
}

async function submitAgain({ project, submissions }: World, chance: Chance, desk: TaskDesk): Promise<void> {
  const earlier = chance.of(submissions);
  if (!earlier) return;
  const { ids, replayed } = await project.submit(earlier.wishes, { key: earlier.key, desk });
  if (!replayed || ids.join() !== earlier.ids.join()) throw new Error('A repeated submit made something new');
}

const poll: Move = async ({ agents, held }, chance, desk) => {
  const agent = chance.of(agents)!;
  const mine = held.filter((one) => one.agent === agent).map(({ grant }) => grant);
  const attempts = mine.map(({ task_id, epoch }) => ({ task_id, epoch }));
  const { grants } = await agent.poll({ desk, attempts, slots: 1 + Math.floor(chance.next() * 4) });
  // Now and then the answer is lost on its way.
  if (!chance.is(0.1)) held.push(...grants.map((grant) => ({ agent, grant })));
};

const withHeld =
  (
    act: (agent: TestAgent, grant: Grant, at: { desk: TaskDesk }, world: World, chance: Chance) => Promise<unknown>,
  ): Move =>
  async (world, chance, desk) => {
    const one = chance.of(world.held);
    if (one) await tolerate(act(one.agent, one.grant, { desk }, world, chance));
  };

const complete = withHeld(async (agent, grant, at, { successes }, chance) => {
  const result = chance.is(0.9) ? `by ${agent.name}` : 'unsaid';
  const { state, duplicate } = await agent.complete(grant, result, at);
  if (state !== 'succeeded' || duplicate) return;
  successes.set(grant.task_id, [...(successes.get(grant.task_id) ?? []), { epoch: grant.epoch, result }]);
});

/** Ways to let time pass for one task, where there is a time to pass. */
const TRAVELS = [
  "lease_expires_at = now() - interval '1 day' where holder_id is not null",
  "claimed_at = now() - interval '1 day' where holder_id is not null",
  "started_at = now() - interval '1 day' where started_at is not null",
  "cancel_requested_at = now() - interval '1 day' where cancel_requested_at is not null",
  'available_at = least(available_at, now()) where holder_id is null',
  'deadline_at = now() where deadline_at is not null',
];

const travel: Move = async ({ fleet, accepted }, chance) => {
  const id = chance.of([...accepted]);
  if (id) await fleet.db.query(`update live_tasks set ${chance.of(TRAVELS)} and id = $1`, [id]);
};

const cancel: Move = async ({ project, accepted }, chance, desk) => {
  const id = chance.of([...accepted]);
  if (id) await tolerate(project.read(id).then((task) => cancelTask(desk, task, 'key:test')));
};

const retry: Move = async ({ project, accepted }, chance, desk) => {
  const id = chance.of([...accepted]);
  if (!id) return;
  const again = project.read(id).then((task) => retryTask(desk, task, 'key:test', null));
  await tolerate(again.then(({ ids }) => accepted.add(ids[0]!)));
};

export const reap: Move = async (_world, _chance, desk) => {
  for (const settled of await reapTasks(desk.context.control, desk.context.config, { pull: true, push: true }))
    desk.announceSettled(settled);
};

/** Every move with how often it is made. */
export const MOVES: [weight: number, move: Move][] = [
  [10, submit],
  [3, submitAgain],
  [20, poll],
  [12, withHeld((agent, grant, at) => agent.start(grant, at))],
  [6, withHeld((agent, grant, at) => agent.heartbeat(grant, at))],
  [16, complete],
  [8, withHeld((agent, grant, at, _world, chance) => agent.fail(grant, { ...at, retryable: chance.is(0.7) }))],
  [5, withHeld((agent, grant, at) => agent.release(grant, at))],
  [4, cancel],
  [2, retry],
  [8, travel],
  [6, reap],
  [4, (_world, _chance, desk) => wakeTasks(desk.context.db)],
  [4, (_world, _chance, desk) => desk.tellDependants()],
];
