import fc from 'fast-check';
import { expect, test } from 'vitest';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import { testFleet } from '../support/fleet.ts';
import { shapes } from './arbitraries.ts';
import { explain, type Told } from './explain.ts';
import { action, type Intent, passes, resolve } from './intent.ts';
import { clear, createAgents, look, perform, type Real, submitAll } from './real.ts';
import { viewOf } from './view.ts';
import { newWorld, type World } from './world.ts';

const fleet = await testFleet({ replicas: 3 });
const project = await fleet.project();
const agents = await createAgents(fleet, project);

/** What happens at one moment: time passes, somebody acts, or up to three act at once. */
const moment: fc.Arbitrary<Intent[]> = fc.oneof(
  { weight: 2, arbitrary: passes.map((one) => [one]) },
  { weight: 3, arbitrary: action.map((one) => [one]) },
  { weight: 3, arbitrary: fc.array(action, { minLength: 2, maxLength: 3 }) },
);
const moments = fc.array(moment, { minLength: 10, maxLength: 40, size: 'max' });

/** Each at another replica, as if they had come at the same moment. */
const actTogether = (real: Real, intents: Intent[], world: World): Promise<Told[][]> =>
  Promise.all(
    intents.map(async (intent, at) => {
      const moves = resolve(intent, world);
      const answer = await perform(real, moves[0]!, fleet.desks[at % 3]!);
      return moves.map((move) => ({ move, answer }));
    }),
  );

/** Plays the script in both worlds; fails at the first moment that the rules cannot explain. */
async function playBoth(real: Real, begin: World, script: Intent[][]): Promise<void> {
  let world = begin;
  for (const intents of script) {
    const told = (await actTogether(real, intents, world)).flat();
    const seen = await look(real);
    const after = explain(world, told, seen);
    if (!after) throw new Error(JSON.stringify({ told, before: viewOf(world), seen }));
    world = after;
  }
  expect(await auditInvariants(fleet.db, '-infinity')).toEqual([]);
}

test('three replicas on PostgreSQL answer every move as the rules do, and leave what they leave [G3] [I1] [I2] [I5] [I9]', async () => {
  const property = fc.asyncProperty(shapes, moments, async (given, script) => {
    const real = { fleet, project, agents, shapes: given, ids: await submitAll(project, given) };
    await playBoth(real, newWorld(given), script).finally(() => clear(real));
  });
  // What was found by then is told, however far it could be shrunk.
  await fc.assert(property, { numRuns: 40, interruptAfterTimeLimit: 40_000 });
}, 60_000);
