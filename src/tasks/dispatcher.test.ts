import { expect, test, vi } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { until } from '../../test/support/until.ts';

const fleet = await testFleet({ replicas: 2 });
const { db, desk } = fleet;

/** How often the fronts of the queues are read while `work` goes on. */
async function roundsDuring(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(desk.context.control, 'query');
  await work();
  const rounds = query.mock.calls.filter(([, , options]) => options?.name === 'tasks-heads').length;
  query.mockRestore();
  return rounds;
}

/** Waits until the replica asks the database nothing more: the look with which a poll begins is over. */
async function untilIdle(): Promise<void> {
  const query = vi.spyOn(desk.context.control, 'query');
  for (let before = -1; before < query.mock.calls.length; ) {
    before = query.mock.calls.length;
    // Longer than a question that was asked before there was a spy: one takes about a millisecond.
    await db.query('select pg_sleep(0.02)');
    await Promise.allSettled(query.mock.results.map(({ value }) => value));
  }
  query.mockRestore();
}

/** Two polls of half a second that find nothing look a few times, not as often as the database can answer. */
const A_FEW = 12;

test('an agent that drains is given nothing, and its waiting poll leaves the database in peace', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  await db.query('update agents set draining = true where id = $1', [agent.id]);
  const rounds = await roundsDuring(async () => {
    expect(await agent.poll({ wait_ms: 500 })).toMatchObject({ grants: [] });
  });
  expect(rounds).toBeLessThan(A_FEW);
});

test('an agent that asks for more slots than it has gets as many as it has', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 2 });
  for (const title of ['one', 'two', 'three']) await project.task({ title });
  const first = await agent.poll({ slots: 3 });
  expect(first.grants.map(({ title }) => title)).toEqual(['one', 'two']);
  const rounds = await roundsDuring(async () => {
    expect(await agent.poll({ attempts: first.grants, slots: 3, wait_ms: 500 })).toMatchObject({ grants: [] });
  });
  expect(rounds).toBeLessThan(A_FEW);
});

test('an agent that was removed is given nothing, and its poll ends', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  await db.query('update agents set removed_at = now() where id = $1', [agent.id]);
  await desk.roster.refresh();
  const rounds = await roundsDuring(async () => {
    expect(await agent.poll()).toMatchObject({ grants: [] });
    expect(await agent.poll({ wait_ms: 500 })).toMatchObject({ grants: [] });
  });
  expect(rounds).toBeLessThan(A_FEW);
});

test('the process that a newer one of its runner has replaced is given nothing', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task();
  await db.query('update runners set holder_id = gen_random_uuid() where id = $1', [agent.runner_id]);
  const rounds = await roundsDuring(async () => {
    expect(await agent.poll({ wait_ms: 500 })).toMatchObject({ grants: [] });
  });
  expect(rounds).toBeLessThan(A_FEW);
});

test('an agent that may have nothing does not keep work from one that can do it', async () => {
  const project = await fleet.project();
  const drained = await project.agent({ max_concurrent: 5 });
  const able = await project.agent();
  await db.query('update agents set draining = true where id = $1', [drained.id]);
  const gone = new AbortController();
  const idle = drained.poll({ wait_ms: 10_000, signal: gone.signal });
  const busy = able.poll({ wait_ms: 5000 });
  const id = await project.task();
  expect((await busy).grants.map(({ task_id }) => task_id)).toEqual([id]);
  gone.abort();
  expect((await idle).grants).toEqual([]);
});

test('a task whose deadline has passed does not keep the ones behind it from being claimed', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const late = await project.task({ deadline_at: '2999-01-01T00:00:00Z' });
  await fleet.change(late, "deadline_at = now() - interval '1 s'");
  const next = await project.task();
  expect((await agent.claim()).task_id).toBe(next);
});

test('a poll that waits is answered when work is submitted', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const answer = agent.poll({ wait_ms: 10_000 });
  const id = await project.task();
  expect((await answer).grants.map(({ task_id }) => task_id)).toEqual([id]);
});

test('a poll that waits finds work that no notification told of', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const entered = vi.spyOn(desk.dispatcher, 'waitForWork');
  const answer = agent.poll({ wait_ms: 10_000 });
  await until(() => entered.mock.calls.length);
  entered.mockRestore();
  await untilIdle();
  const quiet = vi.spyOn(desk.dispatcher, 'poke').mockImplementation(() => {});
  const id = await project.task();
  // Notifications come after their caller.
  await new Promise(setImmediate);
  quiet.mockRestore();
  expect((await answer).grants.map(({ task_id }) => task_id)).toEqual([id]);
});

test('an idle fleet that polls on does not make its replica look for each poll, and still gets work at once', async () => {
  const project = await fleet.project();
  const agents = [await project.agent(), await project.agent()];
  const gone = new AbortController();
  const first = agents[0]!.poll({ wait_ms: 20_000, signal: gone.signal });
  const rounds = await roundsDuring(async () => {
    for (let n = 0; n < 50; n++) expect((await agents[1]!.poll({ wait_ms: 5 })).grants).toEqual([]);
  });
  expect(rounds).toBeLessThan(A_FEW);
  const answer = agents[1]!.poll({ wait_ms: 20_000 });
  const ids = [await project.task(), await project.task()];
  const grants = [...(await first).grants, ...(await answer).grants];
  expect(grants.map(({ task_id }) => task_id).sort()).toEqual(ids.sort());
});

test('a poll that does not wait looks, though nothing was told since the last look', async () => {
  const project = await fleet.project();
  const agents = [await project.agent(), await project.agent()];
  const gone = new AbortController();
  const idle = agents[0]!.poll({ wait_ms: 20_000, signal: gone.signal });
  await agents[1]!.poll({ wait_ms: 5 });
  gone.abort();
  await idle;
  const quiet = vi.spyOn(desk.dispatcher, 'poke').mockImplementation(() => {});
  const id = await project.task();
  expect((await agents[1]!.poll({ wait_ms: 0 })).grants.map(({ task_id }) => task_id)).toEqual([id]);
  quiet.mockRestore();
});

test('a claim that fails is repeated, and nobody who waits is turned away', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const warned = vi.spyOn(desk.context.log, 'warn');
  await db.query('alter table queues rename to queues_away');
  const answer = agent.poll({ wait_ms: 10_000 });
  await until(() => warned.mock.calls.some(([, sentence]) => sentence === 'Claiming failed'));
  await db.query('alter table queues_away rename to queues');
  const id = await project.task();
  expect((await answer).grants.map(({ task_id }) => task_id)).toEqual([id]);
});

test('needs that only another replica has met are learned, and their work claimed', async () => {
  const project = await fleet.project();
  const needs = { capabilities: ['rare'] };
  const agent = await project.agent(needs);
  const id = await project.task({ needs }, { desk: fleet.desks[1]! });
  expect((await agent.claim()).task_id).toBe(id);
});

test('more needs than a replica can remember do not make it ask for them without end', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task({ needs: { capabilities: ['forgotten'] } }, { desk: fleet.desks[1]! });
  const forgetful = vi.spyOn(desk.classes, 'learn').mockImplementation(() => {});
  const rounds = await roundsDuring(() => agent.poll({ wait_ms: 500 }));
  forgetful.mockRestore();
  expect(rounds).toBeLessThan(A_FEW);
});

test('after a stop everybody who waits is answered with nothing, and so is who comes later', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const [, other] = fleet.desks;
  const query = vi.spyOn(other!.context.control, 'query');
  const answer = agent.poll({ wait_ms: 20_000, desk: other! });
  await until(() => query.mock.calls.some(([, , options]) => options?.name === 'tasks-heads'));
  other!.dispatcher.stop();
  expect((await answer).grants).toEqual([]);
  await project.task();
  expect((await agent.poll({ wait_ms: 20_000, desk: other! })).grants).toEqual([]);
});
