import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import { cancelTask } from './cancel.ts';
import { reapTasks } from './reap.ts';
import { retryTask } from './retry.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const FUTURE = '2999-01-01T00:00:00.000Z';

async function given(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task(wish);
  const read = () => project.read(id);
  const retry = async (key: string | null = null) => retryTask(desk, await read(), 'key:again', key);
  return { project, agent, id, read, retry };
}

test('a failed task is asked for again as a new task; the old one stays as it ended [T10]', async () => {
  const wish: Wish = {
    title: 'Again',
    prompt: 'echo',
    input: { a: 1 },
    needs: { capabilities: [], labels: [{ key: 'os', op: '!=', value: 'x' }] },
    labels: { team: 'a' },
    priority: 7,
    workspace: { kind: 'directory', path: '/srv' },
    result_schema: { type: 'number' },
    max_attempts: 2,
    backoff_base_ms: 1,
    backoff_cap_ms: 2,
    attempt_timeout_ms: 3,
    deadline_at: FUTURE,
    queue_deadline_at: FUTURE,
  };
  const { project, agent, id, read, retry } = await given(wish);
  await agent.fail(await agent.begin());
  const before = await read();
  const { ids, replayed } = await retry();
  expect(replayed).toBe(false);
  expect(await read()).toEqual(before);
  expect(await project.read(ids[0]!)).toEqual({
    ...before,
    id: ids[0],
    state: 'queued',
    reason: null,
    error: null,
    attempts: 0,
    epoch: 0,
    agent_id: null,
    started_at: null,
    finished_at: null,
    created_at: expect.any(String),
    available_at: expect.any(String),
    retried_from: id,
    submitted_by: 'key:again',
  });
});

test.each([
  ['waiting', { available_at: FUTURE }],
  ['queued', {}],
])('a task that is %s cannot be retried: invalid_state', async (_what, wish) => {
  const { retry } = await given(wish);
  expect(await answerOf(retry())).toEqual({ code: 'invalid_state' });
});

test('a task that runs or has succeeded cannot be retried: invalid_state', async () => {
  const { agent, retry } = await given();
  const grant = await agent.begin();
  expect(await answerOf(retry())).toEqual({ code: 'invalid_state' });
  await agent.complete(grant);
  expect(await answerOf(retry())).toEqual({ code: 'invalid_state' });
});

test('a cancelled task can be retried', async () => {
  const { project, read, retry } = await given();
  await cancelTask(desk, await read(), 'key:test');
  const { ids } = await retry();
  expect(await project.read(ids[0]!)).toMatchObject({ state: 'queued', cancel_requested_at: null });
});

test('a task that expired can be retried; the deadlines that have passed are left out, others stay', async () => {
  const { project, id, retry } = await given({ queue_deadline_at: FUTURE, deadline_at: FUTURE });
  await fleet.change(id, 'deadline_at = now()');
  await reapTasks(db, desk.context.config, { pull: true, push: true });
  await db.query("update tasks set deadline_at = now() - interval '1 s' where id = $1", [id]);
  const { ids } = await retry();
  expect(await project.read(ids[0]!)).toMatchObject({ state: 'queued', deadline_at: null, queue_deadline_at: FUTURE });
});

test('a retry may be repeated with its key: one new task [G7]', async () => {
  const { agent, retry } = await given();
  await agent.fail(await agent.begin());
  const first = await retry('k');
  expect(await retry('k')).toEqual({ ids: first.ids, replayed: true });
});

test('the new task depends on what the old one did', async () => {
  const { project, agent, id } = await given({ title: 'first' });
  const second = await project.task({ title: 'second', depends_on: [{ task: id, policy: 'run', name: 'before' }] });
  await agent.complete(await agent.begin(), 1);
  await desk.tellDependants();
  await agent.fail(await agent.begin());
  const { ids } = await retryTask(desk, await project.read(second), 'key:again', null);
  await desk.tellDependants();
  expect(await project.read(ids[0]!)).toMatchObject({
    state: 'queued',
    depends_on: [{ task: id, policy: 'run', name: 'before' }],
  });
});

test('a task whose only agent has gone can be retried, and waits', async () => {
  const { project, agent, retry } = await given({ needs: { capabilities: [] } });
  await agent.fail(await agent.begin());
  await db.query('update agents set removed_at = now() where id = $1', [agent.id]);
  await desk.roster.refresh();
  const { ids } = await retry();
  expect(await project.read(ids[0]!)).toMatchObject({ state: 'queued' });
});
