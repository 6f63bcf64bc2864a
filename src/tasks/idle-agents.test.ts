import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { IdleAgents } from './idle-agents.ts';
import { findOldestClaimable } from './oldest-claimable.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

test('work that waits while an agent which could do it has nothing to do is told, and no other work is', async () => {
  let now = 0;
  const idle = new IdleAgents(desk, () => now);
  const project = await fleet.project();
  const agent = await project.agent({ capabilities: ['gpu'] });
  const id = await project.task({ needs: { capabilities: ['gpu'] } });
  await fleet.change(id, "available_at = now() - interval '2 min'");
  const oldest = (await findOldestClaimable(db))!;
  expect(oldest).toMatchObject({ project_id: project.id, slots: 1 });
  expect(oldest.waits_ms).toBeGreaterThan(119_000);

  const find = async (wanted = oldest) => {
    await desk.roster.refresh();
    return idle.find(wanted, 60_000);
  };
  expect(await find()).toBeUndefined();
  now = 59_000;
  expect(await find()).toBeUndefined();
  now = 60_000;
  expect(await find()).toBe(agent.id);
  expect(await find({ ...oldest, slots: 2 })).toBeUndefined();
  expect(await find({ ...oldest, project_id: (await fleet.project()).id })).toBeUndefined();
  expect(await find({ ...oldest, class_id: 999_999 })).toBeUndefined();

  // While it works it is not idle, and afterwards it begins anew.
  const grant = await agent.begin();
  now = 200_000;
  expect(await find()).toBeUndefined();
  await agent.complete(grant);
  expect(await find()).toBeUndefined();
  now = 260_000;
  expect(await find()).toBe(agent.id);
});
