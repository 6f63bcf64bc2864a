import { afterAll, describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { healOrphans } from '../coordinator/audit.ts';
import { cancelTask } from './cancel.ts';
import { listDependencyResults } from './list-attempts.ts';

const fleet = await testFleet({ replicas: 2 });
const { db, desk, desks } = fleet;

/** Needs that nobody has, so that the task stays where it is. */
const LATER = { needs: { capabilities: ['later'] } };

type Policy = 'fail' | 'skip' | 'run';
type End = 'succeeded' | 'failed' | 'cancelled';

afterAll(() => expect(fleet.warnings).toEqual([]));

/** Tells dependants on both replicas at once, until there is nothing left to tell. */
const tellAll = () => Promise.all(desks.map((one) => one.tellDependants()));

/** Makes one agent end the tasks it is given as their titles say: `x!` fails, all others succeed with their title. */
async function workOff(project: TestProject, slots = 20): Promise<string[]> {
  const agent = await project.agent({ max_concurrent: slots });
  const done: string[] = [];
  for (;;) {
    const { grants } = await agent.poll();
    if (!grants.length) return done;
    for (const grant of grants) {
      done.push(grant.title);
      await (grant.title.endsWith('!') ? agent.fail(grant) : agent.complete(grant, { by: grant.title }));
    }
    await tellAll();
  }
}

const submit = async (project: TestProject, wishes: Wish[]) => {
  const { ids } = await project.submit(
    wishes.map((wish) => ({ allow_unsatisfiable: true, title: wish.ref ?? 'it', ...wish })),
  );
  return ids;
};
const standing = async (project: TestProject, id: string) => {
  const { state, reason } = await project.read(id);
  return reason ? `${state}(${reason})` : state;
};

describe('a task that depends on another [T4]', () => {
  const finish = async (project: TestProject, id: string, end: End) => {
    if (end === 'cancelled') await cancelTask(desk, await project.read(id), 'key:test');
    else await workOff(project);
  };

  const ROWS: [Policy, End, string][] = [
    ['fail', 'succeeded', 'queued'],
    ['fail', 'failed', 'failed(dependency)'],
    ['fail', 'cancelled', 'failed(dependency)'],
    ['skip', 'succeeded', 'queued'],
    ['skip', 'failed', 'cancelled(skipped)'],
    ['skip', 'cancelled', 'cancelled(skipped)'],
    ['run', 'succeeded', 'queued'],
    ['run', 'failed', 'queued'],
    ['run', 'cancelled', 'queued'],
  ];

  test.each(ROWS)('with policy %s, which has %s, is %s', async (policy, end, expected) => {
    const project = await fleet.project();
    const title = end === 'failed' ? 'first!' : 'first';
    const [first, second] = await submit(project, [
      { ref: 'a', title },
      { ...LATER, depends_on: [{ task: 'a', policy }] },
    ]);
    await finish(project, first!, end);
    await tellAll();
    expect(await standing(project, second!)).toBe(expected);
  });

  test.each(ROWS)('with policy %s, which had %s before it was submitted, is %s', async (policy, end, expected) => {
    const project = await fleet.project();
    const first = await project.task({ title: end === 'failed' ? 'first!' : 'first' });
    await finish(project, first, end);
    const second = await project.task({ ...LATER, depends_on: [{ task: first, policy }] });
    await tellAll();
    expect(await standing(project, second)).toBe(expected);
  });
});

test('a chain runs in its order, and each finds the result of the one before [T4]', async () => {
  const project = await fleet.project();
  const ids = await submit(project, [
    { ref: 'c', depends_on: [{ task: 'b', name: 'before' }] },
    { ref: 'b', depends_on: [{ task: 'a' }] },
    { ref: 'a' },
  ]);
  expect(await workOff(project)).toEqual(['a', 'b', 'c']);
  expect(await listDependencyResults(db, ids[0]!)).toEqual([
    { task_id: ids[1], name: 'before', state: 'succeeded', result: { by: 'b' } },
  ]);
});

test('a failure travels along a chain to its end', async () => {
  const project = await fleet.project();
  const ids = await submit(project, [
    { ref: 'a', title: 'a!' },
    { ref: 'b', depends_on: [{ task: 'a' }] },
    { ref: 'c', depends_on: [{ task: 'b', policy: 'skip' }] },
    { ref: 'd', depends_on: [{ task: 'c', policy: 'run' }] },
  ]);
  expect(await workOff(project)).toEqual(['a!', 'd']);
  expect(await Promise.all(ids.map((id) => standing(project, id)))).toEqual([
    'failed(error)',
    'failed(dependency)',
    'cancelled(skipped)',
    'succeeded',
  ]);
});

test('the end of a diamond runs once, after both of its sides', async () => {
  const project = await fleet.project();
  await submit(project, [
    { ref: 'top' },
    { ref: 'left', depends_on: [{ task: 'top' }] },
    { ref: 'right', depends_on: [{ task: 'top' }] },
    { ref: 'end', depends_on: [{ task: 'left' }, { task: 'right' }] },
  ]);
  expect(await workOff(project)).toEqual(['top', 'left', 'right', 'end']);
});

/** Ends what the agent is granted without telling anybody, as a replica does that dies at that moment. */
async function endSilently(project: TestProject, end: 'succeeded' | 'failed'): Promise<void> {
  const agent = await project.agent({ max_concurrent: 9 });
  const { grants } = await agent.poll();
  for (const { task_id, epoch } of grants) await desk.settle({ task_id, epoch, end, actor: 'test' });
}

test('of a task that one dependency fails and another skips in the same moment, the failure is told', async () => {
  const project = await fleet.project();
  const policies = [
    { task: 'a', policy: 'skip' as const },
    { task: 'b', policy: 'fail' as const },
  ];
  const [, , last] = await submit(project, [{ ref: 'a' }, { ref: 'b' }, { depends_on: policies }]);
  await endSilently(project, 'failed');
  await tellAll();
  expect(await standing(project, last!)).toBe('failed(dependency)');
});

test('a task whose dependencies are met still waits for its time', async () => {
  const project = await fleet.project();
  const [, second] = await submit(project, [
    { ref: 'a' },
    { depends_on: [{ task: 'a' }], available_at: '2999-01-01T00:00:00Z' },
  ]);
  await workOff(project);
  expect(await project.read(second!)).toMatchObject({ state: 'waiting', open_dependencies: 0 });
});

test('a hundred dependants are told once each, though two replicas tell them at the same moment', async () => {
  const project = await fleet.project();
  const dependants = Array.from(
    { length: 100 },
    (_, at): Wish => ({
      ref: `d${at}`,
      ...LATER,
      depends_on: ['a', 'b', 'c'].map((task) => ({ task })),
    }),
  );
  await submit(project, [{ ref: 'a' }, { ref: 'b' }, { ref: 'c' }, ...dependants]);
  await workOff(project);
  const counts = await db.query(
    'select state, open_dependencies, count(*)::int as tasks from live_tasks where project_id = $1 group by 1, 2',
    [project.id],
  );
  expect(counts).toEqual([{ state: 'queued', open_dependencies: 0, tasks: 100 }]);
  const told = await db.query("select from events where project_id = $1 and type = 'task.queued'", [project.id]);
  expect(told).toHaveLength(100);
});

test('a dependency that nobody was told of is put before the coordinator again [I8]', async () => {
  const project = await fleet.project();
  const [, second] = await submit(project, [{ ref: 'a' }, { ...LATER, depends_on: [{ task: 'a' }] }]);
  await endSilently(project, 'succeeded');
  await db.query('delete from settlements');
  await tellAll();
  expect(await project.read(second!)).toMatchObject({ state: 'waiting', open_dependencies: 1 });
  await healOrphans(db);
  await tellAll();
  expect(await project.read(second!)).toMatchObject({ state: 'queued', open_dependencies: 0 });
});

test('who was told of an end is not told again when the end is put before the coordinator once more', async () => {
  const project = await fleet.project();
  const open = { depends_on: [{ task: 'a' }, { task: 'b' }] };
  const [first, , waiting] = await submit(project, [{ ref: 'a' }, { ref: 'b', ...LATER }, { ...LATER, ...open }]);
  await workOff(project);
  await db.query('insert into settlements (task_id) values ($1)', [first]);
  await tellAll();
  expect(await project.read(waiting!)).toMatchObject({ state: 'waiting', open_dependencies: 1 });
});
