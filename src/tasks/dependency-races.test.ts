import { afterAll, expect, test } from 'vitest';
import { untilBlocked } from '../../test/support/blocked.ts';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { tellDependants } from './tell-dependants.ts';

const fleet = await testFleet({ replicas: 3 });
const { db, desks } = fleet;

afterAll(() => expect(fleet.warnings).toEqual([]));

const LATER = { needs: { capabilities: ['later'] }, allow_unsatisfiable: true };
const on = (...tasks: string[]) => ({ ...LATER, depends_on: tasks.map((task) => ({ task })) });
const tellAll = () => Promise.all(desks.map((desk) => desk.tellDependants()));

const statesOf = (project: TestProject, ids: string[]) =>
  Promise.all(ids.map(async (id) => (await project.read(id)).state));

async function finished(project: TestProject): Promise<string> {
  const agent = await project.agent();
  const id = await project.task();
  await agent.complete(await agent.begin());
  return id;
}

test('a dependency that ends at the moment its dependant is submitted is never missed, on three replicas', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 50 });
  for (let round = 0; round < 4; round++) {
    const firsts = await Promise.all(Array.from({ length: 50 }, () => project.task()));
    const { grants } = await agent.poll();
    expect(grants).toHaveLength(50);
    const [ids] = await Promise.all([
      Promise.all(firsts.map((id, at) => project.task(on(id), { desk: desks[at % 3]! }))),
      ...grants.map((grant, at) => agent.complete(grant, null, { desk: desks[(at + 1) % 3]! })),
    ]);
    await tellAll();
    expect(new Set(await statesOf(project, ids))).toEqual(new Set(['queued']));
  }
});

test('a replica that is just telling of an end does not keep a new dependant from being told', async () => {
  const project = await fleet.project();
  const first = await finished(project);
  await db.query('insert into settlements (task_id) values ($1)', [first]);
  let submitting: Promise<string> | undefined;
  await db.transaction(async (trx) => {
    // One snapshot for all that follows, as inside the one statement that tells.
    await trx.query('set transaction isolation level repeatable read');
    await trx.query('select from settlements where task_id = $1 for update', [first]);
    submitting = project.task(on(first));
    await Promise.race([submitting, untilBlocked(db)]);
    await tellDependants(trx, 0);
  });
  const id = await submitting!;
  await tellAll();
  expect((await project.read(id)).state).toBe('queued');
});

test('a dependency that the retention is just dropping is unknown, and nobody is left to wait for it', async () => {
  const project = await fleet.project();
  const first = await finished(project);
  let submitting: Promise<unknown> | undefined;
  await db.transaction(async (trx) => {
    for (const table of ['attempts', 'outcomes']) await trx.query(`delete from ${table} where task_id = $1`, [first]);
    await trx.query('delete from tasks where id = $1', [first]);
    submitting = answerOf(project.task(on(first)));
    await Promise.race([submitting, untilBlocked(db)]);
  });
  expect(await submitting).toEqual({ code: 'unknown_dependency' });
});

test('replicas that tell of crossing graphs at once do not stand in each other’s way', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 60 });
  const firsts = await Promise.all(Array.from({ length: 60 }, () => project.task()));
  const crossing = firsts.map((id, at) => on(id, firsts.at(-1 - at)!, firsts[(at * 7) % 60]!));
  const { ids } = await project.submit(crossing);
  const { grants } = await agent.poll();
  await Promise.all(
    grants.map((grant, at) => {
      const desk = desks[at % 3]!;
      return at % 5 ? agent.complete(grant, null, { desk }) : agent.fail(grant, { desk });
    }),
  );
  await tellAll();
  const failed = new Set(grants.filter((_, at) => at % 5 === 0).map(({ task_id }) => task_id));
  const expected = crossing.map(({ depends_on }) =>
    depends_on.some(({ task }) => failed.has(task)) ? 'failed' : 'queued',
  );
  expect(await statesOf(project, ids)).toEqual(expected);
});

test('batches that depend on the same tasks in crossing orders are all accepted', async () => {
  const project = await fleet.project();
  const firsts = await Promise.all(Array.from({ length: 20 }, () => project.task(LATER)));
  const done = await Promise.all(Array.from({ length: 5 }, () => finished(project)));
  const all = [...firsts, ...done];
  const asked = Array.from({ length: 30 }, (_, at) =>
    project.task(on(...(at % 2 ? all : all.toReversed())), { desk: desks[at % 3]! }),
  );
  expect(new Set(await Promise.all(asked)).size).toBe(30);
  await tellAll();
  const rows = await db.query(
    'select distinct open_dependencies from live_tasks where project_id = $1 and open_dependencies > 0',
    [project.id],
  );
  expect(rows).toEqual([{ open_dependencies: 20 }]);
});
