import { expect, test } from 'vitest';
import { testFleet } from '../../../test/support/fleet.ts';
import { reportEnd } from './report-end.ts';

const fleet = await testFleet();

test('an outcome that cannot be stored is a failed attempt, and no holder that was lost', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ max_attempts: 1 });
  const { epoch } = await agent.begin();
  const ref = { task_id: id, epoch, holder_id: agent.holder_id, actor: `agent:${agent.id}` };
  await reportEnd(fleet.desk, ref, { end: 'succeeded', result: '\ud800' });
  expect(await project.read(id)).toMatchObject({ state: 'failed', reason: 'exhausted', error: { code: 'internal' } });
  expect(fleet.warnings.splice(0)).toEqual([expect.stringContaining('An outcome cannot be stored')]);
});
