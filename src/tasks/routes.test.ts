import { expect, test } from 'vitest';
import { runningServer } from '../../test/support/running-server.ts';

test('a batch that names two projects is refused, and nothing of it is accepted', async () => {
  const { client } = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  await client.createProject({ slug: 'other', name: 'Other' });
  const task = (project: string) => ({ title: project, project, allow_unsatisfiable: true });
  const mixed = client.submitBatch({ tasks: [task('default'), task('other')] });
  await expect(mixed).rejects.toMatchObject({ code: 'invalid_request' });
  expect(await Array.fromAsync(client.listTasks())).toEqual([]);
  const { items } = await client.submitBatch({ tasks: [{ title: 'x', allow_unsatisfiable: true }, task('other')] });
  const { id } = await client.getProject('other');
  expect(items.map(({ project_id }) => project_id)).toEqual([id, id]);
});
