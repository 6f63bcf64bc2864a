import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { listTasks, type TaskFilter } from './list-tasks.ts';

const fleet = await testFleet();

/** One task in each of five states, oldest first; `of` lists their states as a filter sees them. */
async function given() {
  const project = await fleet.project();
  const agent = await project.agent();
  const label = (kind: string) => ({ labels: { kind } });
  await project.task(label('done'));
  await agent.complete(await agent.begin());
  await project.task(label('broken'));
  await agent.fail(await agent.begin());
  await project.task(label('busy'));
  await agent.begin({ slots: 1 });
  await project.task({ ...label('later'), available_at: '2999-01-01T00:00:00Z' });
  await project.task(label('next'));
  const list = (filter: Partial<TaskFilter> = {}) =>
    listTasks(fleet.db, { project_id: project.id, limit: 10, ...filter });
  return { list, states: async (filter?: Partial<TaskFilter>) => (await list(filter)).map(({ state }) => state) };
}

test('tasks are listed newest first, whatever their state', async () => {
  const { states } = await given();
  expect(await states()).toEqual(['queued', 'waiting', 'running', 'failed', 'succeeded']);
});

test('a list by state or label shows those alone', async () => {
  const { states, list } = await given();
  for (const state of ['queued', 'waiting', 'running', 'failed', 'succeeded'] as const) {
    expect(await states({ state })).toEqual([state]);
  }
  expect(await states({ state: 'expired' })).toEqual([]);
  expect((await list({ label: 'kind=broken' })).map(({ labels }) => labels)).toEqual([{ kind: 'broken' }]);
  expect(await states({ state: 'queued', label: 'kind=broken' })).toEqual([]);
});

test('a page goes on where the one before ended', async () => {
  const { list, states } = await given();
  const first = await list({ limit: 2 });
  expect(await states({ limit: 2, before_id: first.at(-1)!.id })).toEqual(['running', 'failed']);
  expect(await states({ state: 'failed', before_id: first[0]!.id })).toEqual(['failed']);
});
