import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { AttemptRef } from './attempt-schema.ts';

/* That a stale holder is refused is one thing (report.test.ts); that nothing happens to the attempt which holds now is another. */
const fleet = await testFleet();
const { db } = fleet;

type Say = (agent: TestAgent, ref: AttemptRef) => Promise<unknown>;
const SAYS: [string, Say][] = [
  ['a heartbeat', (agent, ref) => agent.heartbeat(ref)],
  ['a start', (agent, ref) => agent.start(ref)],
];

/** What a start and a heartbeat change of the task. */
const standing = async (id: string) => {
  const [row] = await db.query(
    'select state, started_at, lease_expires_at < now() as lease_over from live_tasks where id = $1',
    [id],
  );
  return row;
};
const UNTOUCHED = { state: 'leased', started_at: null, lease_over: true };

async function given() {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  return { project, agent, id, endLease: () => fleet.change(id, "lease_expires_at = now() - interval '1 s'") };
}

test.each(SAYS)('%s of an earlier attempt does nothing to the next one of the same holder [I3]', async (_what, say) => {
  const { agent, id, endLease } = await given();
  const earlier = await agent.claim();
  await agent.release(earlier);
  await agent.claim();
  await endLease();
  await say(agent, earlier);
  expect(await standing(id)).toEqual(UNTOUCHED);
});

test.each(SAYS)('%s of another holder does nothing to an attempt [I3]', async (_what, say) => {
  const { project, agent, id, endLease } = await given();
  const grant = await agent.claim();
  await endLease();
  await say(await project.agent(), grant);
  expect(await standing(id)).toEqual(UNTOUCHED);
});
