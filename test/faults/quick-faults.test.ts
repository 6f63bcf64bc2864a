import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chanceOf } from '../support/chance.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { cancelRaces } from './cases/process/cancel-races.ts';
import { replicaKill } from './cases/process/replica-kill.ts';
import { sameKey } from './cases/process/same-key.ts';
import type { Fault } from './fault.ts';
import { makeCluster } from './fleet/cluster.ts';
import { type Fleet, startFleet } from './fleet/fleet.ts';
import { openWarden, type Warden } from './fleet/warden.ts';
import { runFault } from './run-fault.ts';

/** Some faults of the laboratory, on a fleet half as large and with leases of two seconds. */
const SMALL = { replicas: 2, agents: 2, runners: 2, env: { PUSH_LEASE_TTL_MS: '2000' } };
const LOAD = { perSecond: 20, seconds: 1 };

let fleet: Fleet;
let warden: Warden;

beforeAll(async () => {
  warden = openWarden();
  const home = await scratchFolder();
  warden.remove(home);
  const cluster = await makeCluster(`${home}/cluster`);
  const dispose = (folder: string) => rm(folder, { recursive: true, force: true });
  fleet = await startFleet({ cluster, home, warden, chance: chanceOf(1), dispose }, SMALL);
});

afterAll(async () => {
  await fleet?.close();
  await warden?.close();
});

const run = async (fault: Fault) => {
  const { problems, verdict } = await runFault(fleet, fault, chanceOf(1));
  expect(problems).toEqual([]);
  return verdict!;
};

test('fifty submissions with one key at once are one task', async () => {
  const { accepted, succeeded } = await run({ ...sameKey, load: LOAD });
  expect(succeeded).toBe(accepted);
});

test('cancels that meet their tasks at every moment leave none half cancelled [G5]', async () => {
  expect((await run(cancelRaces(100))).accepted).toBe(100);
});

test('after a replica is killed nothing is lost, and its calls go on at another one [G1] [G4]', async () => {
  const { accepted, succeeded, recovery } = await run({ ...replicaKill(2), load: LOAD });
  expect(succeeded).toBe(accepted);
  expect(recovery.worst).toBeLessThanOrEqual(1);
});
