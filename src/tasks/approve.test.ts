import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { healOrphans } from '../coordinator/audit.ts';
import { approveTask } from './approve.ts';
import { cancelTask } from './cancel.ts';
import { retryTask } from './retry.ts';
import { explainTask } from './why.ts';

const fleet = await testFleet({ replicas: 2 });
const { db, desk, desks } = fleet;
const approve = async (project: TestProject, id: string, by = 'key:boss') =>
  approveTask(desk, await project.read(id), by);
const eventsOf = async (id: string) =>
  (
    await db.query<{ it: string }>(
      `select type || ' ' || actor as it from events where task_id = $1 order by xid, seq`,
      [id],
    )
  ).map(({ it }) => it);

test('a task that requires approval waits for it, says so, and is queued when somebody approves [Q6]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task({ requires_approval: true });
  expect(await project.read(id)).toMatchObject({ state: 'waiting', awaiting_approval: true, requires_approval: true });
  expect((await agent.poll()).grants).toEqual([]);
  expect(await explainTask(db, await project.read(id))).toMatchObject({
    summary: 'It waits for approval.',
    unblock: [`Approve it: whoosh task approve ${id}`, `Or reject it: whoosh task cancel ${id}`],
  });
  expect(await approve(project, id)).toMatchObject({ state: 'queued', awaiting_approval: false, open_dependencies: 0 });
  expect(await approve(project, id, 'key:other')).toMatchObject({ state: 'queued' });
  await agent.complete(await agent.begin());
  expect(await approve(project, id)).toMatchObject({ state: 'succeeded' });
  expect((await eventsOf(id)).slice(0, 3)).toEqual([
    'task.submitted key:test',
    'task.approved key:boss',
    'task.queued key:boss',
  ]);
});

test('every task of a project with that rule requires approval, a retry as well', async () => {
  const project = await fleet.project();
  project.requires_approval = true;
  await db.query('update projects set requires_approval = true where id = $1', [project.id]);
  const agent = await project.agent();
  const id = await project.task();
  expect(await project.read(id)).toMatchObject({ awaiting_approval: true });
  await approve(project, id);
  await agent.fail(await agent.begin());
  const { ids } = await retryTask(desk, await project.read(id), 'key:test', null);
  expect(await project.read(ids[0]!)).toMatchObject({ state: 'waiting', awaiting_approval: true });
});

test('what is rejected is cancelled, and cannot be approved any more', async () => {
  const project = await fleet.project();
  const id = await project.task({ requires_approval: true });
  await cancelTask(desk, await project.read(id), 'key:boss');
  const { code, message } = await refusalOf(approve(project, id));
  expect([code, message]).toEqual(['invalid_state', 'The task has already been cancelled.']);
});

test('a time that is still to come is waited for after the approval', async () => {
  const project = await fleet.project();
  const id = await project.task({ requires_approval: true, available_at: '2999-01-01T00:00:00Z' });
  expect(await approve(project, id)).toMatchObject({
    state: 'waiting',
    awaiting_approval: false,
    open_dependencies: 0,
  });
});

test.each(['approved first', 'approved last'])('with dependencies it waits for both: %s', async (order) => {
  const project = await fleet.project();
  const agent = await project.agent();
  const { ids } = await project.submit([
    { ref: 'first', title: 'first' },
    { title: 'second', depends_on: [{ task: 'first' }], requires_approval: true },
  ]);
  const [first, second] = ids as [string, string];
  expect(await project.read(second)).toMatchObject({ state: 'waiting', open_dependencies: 2 });
  const why = await explainTask(db, await project.read(second));
  expect(why.summary).toBe('It waits for approval and for 1 other task(s).');
  expect(why.unblock).toContain('The end of "first" (queued).');
  const end = async () => {
    await agent.complete(await agent.begin());
    await Promise.all(desks.map((one) => one.tellDependants()));
  };
  if (order === 'approved first') {
    expect(await approve(project, second)).toMatchObject({ state: 'waiting', open_dependencies: 1 });
    await end();
  } else {
    await end();
    expect(await project.read(second)).toMatchObject({ state: 'waiting', open_dependencies: 1 });
    await healOrphans(db);
    await Promise.all(desks.map((one) => one.tellDependants()));
    await approve(project, second);
  }
  expect(await project.read(first)).toMatchObject({ state: 'succeeded' });
  expect(await project.read(second)).toMatchObject({ state: 'queued', open_dependencies: 0 });
});

test('an approval and the end of the last dependency at the same moment queue it once', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 10 });
  for (let round = 0; round < 10; round++) {
    const { ids } = await project.submit([
      { ref: 'first', title: 'first' },
      { title: 'second', depends_on: [{ task: 'first' }], requires_approval: true },
    ]);
    const second = ids[1]!;
    await agent.complete(await agent.begin());
    await Promise.all([
      approve(project, second),
      approve(project, second),
      ...desks.map((one) => one.tellDependants()),
    ]);
    expect(await project.read(second)).toMatchObject({ state: 'queued', open_dependencies: 0 });
    const queued = (await eventsOf(second)).filter((event) => /approved|queued/.test(event));
    expect(queued).toHaveLength(2);
    await agent.complete(await agent.begin());
  }
});
