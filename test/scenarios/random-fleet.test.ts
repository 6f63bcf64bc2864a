import { afterAll, expect, test } from 'vitest';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import { wakeTasks } from '../../src/tasks/wake.ts';
import { type Chance, chanceOf } from '../support/chance.ts';
import { testFleet } from '../support/fleet.ts';
import { MOVES, reap, type World } from './random-moves.ts';

const fleet = await testFleet({ replicas: 3 });
const { db, desks } = fleet;

afterAll(() => expect(fleet.warnings).toEqual([]));

async function createWorld(): Promise<World> {
  const project = await fleet.project();
  const agents = [
    await project.agent({ capabilities: ['a', 'b'], max_concurrent: 4 }),
    await project.agent({ capabilities: ['a'], max_concurrent: 2 }),
    await project.agent({ capabilities: ['b'], max_concurrent: 2 }),
  ];
  agents.push(await project.agent({ capabilities: ['a', 'b'], max_concurrent: 2, on: agents[0]! }));
  for (const desk of desks) await desk.roster.refresh();
  return { fleet, project, agents, accepted: new Set(), submissions: [], held: [], successes: new Map() };
}

/** Each move as often as it is to be made. */
const WEIGHTED = MOVES.flatMap(([weight, move]) => Array.from({ length: weight }, () => move));

/** One of several that act at the same time, each on whatever replica it meets. */
async function act(world: World, chance: Chance, steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) await chance.of(WEIGHTED)!(world, chance, chance.of(desks)!);
}

/** Everybody works properly from now on, until nothing is unfinished. */
async function drain(world: World): Promise<void> {
  const { project, agents } = world;
  const unfinished = () => db.query('select from live_tasks where project_id = $1', [project.id]);
  for (let round = 0; (await unfinished()).length; round++) {
    expect(round).toBeLessThan(200);
    await db.query(
      `update live_tasks set available_at = least(available_at, now()),
         lease_expires_at = case when holder_id is not null then now() - interval '1 day' end
       where project_id = $1`,
      [project.id],
    );
    for (const desk of desks) await reap(world, chanceOf(0), desk);
    await wakeTasks(db);
    await Promise.all(desks.map((desk) => desk.tellDependants()));
    for (const agent of agents) {
      const { grants } = await agent.poll();
      await Promise.all(grants.map((grant) => agent.complete(grant, 'by drain')));
    }
  }
}

const TERMINAL = ['task.succeeded', 'task.failed', 'task.cancelled', 'task.expired'];

async function checkOutcomes({ project, accepted, successes }: World): Promise<void> {
  const outcomes = await db.query<{ task_id: string; state: string; epoch: number; result: unknown }>(
    'select task_id, state, epoch, result from outcomes where project_id = $1',
    [project.id],
  );
  expect(outcomes.map(({ task_id }) => task_id).sort()).toEqual([...accepted].sort());
  const byTask = new Map(outcomes.map((outcome) => [outcome.task_id, outcome]));
  for (const [task_id, said] of successes) {
    expect(said).toHaveLength(1);
    expect(byTask.get(task_id)).toEqual({ task_id, state: 'succeeded', ...said[0] });
  }
  const ends = await db.query(
    'select task_id from events where project_id = $1 and type = any($2) group by 1 having count(*) <> 1',
    [project.id, TERMINAL],
  );
  expect(ends).toEqual([]);
}

test.each([1, 2, 3])(
  'three replicas and everything at once (seed %i): every accepted task ends exactly once [G1] [G2] [G3] [I2] [I5] [I9]',
  async (seed) => {
    const world = await createWorld();
    const actors = Array.from({ length: 8 }, (_, at) => chanceOf(seed * 1000 + at));
    await Promise.all(actors.map((chance) => act(world, chance, 75)));
    expect(await auditInvariants(db, '-infinity')).toEqual([]);
    expect(world.successes.size).toBeGreaterThan(5);
    await drain(world);
    await checkOutcomes(world);
    const slots = await db.query('select from agent_slots where used <> 0 and agent_id = any($1)', [
      world.agents.map(({ id }) => id),
    ]);
    expect(slots).toEqual([]);
  },
  60_000,
);
