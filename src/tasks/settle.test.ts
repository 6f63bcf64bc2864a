import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import type { Grant } from './attempt-schema.ts';
import { listAttempts } from './list-attempts.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;

async function given(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task(wish);
  return { project, agent, id, read: () => project.read(id) };
}

/** Lets the back-off of a task pass. */
const passBackoff = (id: string) => fleet.change(id, 'ready = true, available_at = now()');

async function loseLease({ task_id }: Grant): Promise<void> {
  await fleet.change(task_id, "lease_expires_at = now() - interval '1 day'");
  await reapTasks(db, desk.context.config, { pull: true, push: true });
}

const outcomesOf = async (id: string) => (await listAttempts(db, id)).map(({ outcome }) => outcome);

describe('a retryable failure [T5]', () => {
  const waits = async (wish: Wish, attempts: number): Promise<number> => {
    const { agent, id } = await given({ max_attempts: 100, ...wish });
    await fleet.change(id, `attempts = ${attempts - 1}`);
    await agent.fail(await agent.begin(), { retryable: true });
    const [row] = await db.query<{ wait: number }>(
      'select (extract(epoch from available_at - now()) * 1000)::float8 as wait from live_tasks where id = $1',
      [id],
    );
    return row!.wait;
  };

  test.each([
    ['the first time', 1, { backoff_base_ms: 100_000, backoff_cap_ms: 10_000_000 }, 100_000],
    ['the second time', 2, { backoff_base_ms: 100_000, backoff_cap_ms: 10_000_000 }, 200_000],
    ['the fifth time', 5, { backoff_base_ms: 100_000, backoff_cap_ms: 10_000_000 }, 1_600_000],
    ['the twentieth time, at the cap', 20, { backoff_base_ms: 100_000, backoff_cap_ms: 3_000_000 }, 3_000_000],
    [
      'the ninety-ninth time, without an overflow',
      99,
      { backoff_base_ms: 3_600_000, backoff_cap_ms: 86_400_000 },
      86_400_000,
    ],
    ['with a base above its cap', 1, { backoff_base_ms: 500_000, backoff_cap_ms: 100_000 }, 100_000],
  ])('%s waits half to one and a half of base doubled each time', async (_when, attempts, wish, middle) => {
    const seen = await Promise.all(Array.from({ length: 8 }, () => waits(wish, attempts)));
    const slackMs = 5000;
    expect(Math.min(...seen)).toBeGreaterThan(middle * 0.5 - slackMs);
    expect(Math.max(...seen)).toBeLessThan(middle * 1.5);
    // Eight draws within a tenth of the range: once in a million.
    expect(Math.max(...seen) - Math.min(...seen)).toBeGreaterThan(middle * 0.1);
  });

  test('puts the task back in its queue, not to be claimed before its time', async () => {
    const { agent, read } = await given({ backoff_base_ms: 60_000 });
    const answer = await agent.fail(await agent.begin(), { retryable: true });
    expect(answer).toEqual({ state: 'queued', duplicate: false });
    expect((await agent.poll()).grants).toEqual([]);
    expect(await read()).toMatchObject({ state: 'queued', attempts: 1, epoch: 1, agent_id: null, error: null });
  });

  test('without a back-off can be claimed at once', async () => {
    const { agent } = await given({ backoff_base_ms: 0 });
    await agent.fail(await agent.begin(), { retryable: true });
    expect(await agent.claim()).toMatchObject({ epoch: 2, attempt: 2 });
  });

  test('at the last attempt fails the task as exhausted, with the last error', async () => {
    const { agent, id, read } = await given({ max_attempts: 2, backoff_base_ms: 0 });
    await agent.fail(await agent.begin(), { retryable: true, message: 'first' });
    await agent.fail(await agent.begin(), { retryable: true, message: 'second' });
    const error = { code: 'exit_1', message: 'second' };
    expect(await read()).toMatchObject({ state: 'failed', reason: 'exhausted', attempts: 2, epoch: 2, error });
    expect(await outcomesOf(id)).toEqual(['failed', 'failed']);
  });
});

test('a failure that is not retryable fails the task at once', async () => {
  const { agent, read } = await given({ max_attempts: 5 });
  expect(await agent.fail(await agent.begin())).toEqual({ state: 'failed', duplicate: false });
  expect(await read()).toMatchObject({ state: 'failed', reason: 'error', attempts: 1 });
});

describe('a lost lease', () => {
  const loseTimes = async (agent: TestAgent, times: number) => {
    for (let left = times; left > 0; left--) await loseLease(await agent.begin());
  };

  test('puts the task back at once, one epoch further, before anybody else can claim it [G4]', async () => {
    const { agent, id, read } = await given();
    await loseLease(await agent.begin());
    expect(await read()).toMatchObject({ state: 'queued', attempts: 1, epoch: 2 });
    expect(await agent.claim()).toMatchObject({ epoch: 3, attempt: 2 });
    expect((await listAttempts(db, id))[0]).toMatchObject({
      outcome: 'lost',
      error: { code: 'lost', message: 'The holder stopped renewing its lease.' },
    });
  });

  test('for the third time in 72 hours fails the task as poison, though attempts are left [T6]', async () => {
    const { agent, id, read } = await given({ max_attempts: 10 });
    await loseTimes(agent, 2);
    expect(await read()).toMatchObject({ state: 'queued' });
    await loseTimes(agent, 1);
    expect(await read()).toMatchObject({ state: 'failed', reason: 'poison', attempts: 3 });
    expect(await outcomesOf(id)).toEqual(['lost', 'lost', 'lost']);
  });

  test('does not count towards poison when it is older than 72 hours', async () => {
    const { agent, id, read } = await given({ max_attempts: 10 });
    await loseTimes(agent, 2);
    await db.query("update attempts set ended_at = now() - interval '73 hours' where task_id = $1 and epoch = 1", [id]);
    await loseTimes(agent, 1);
    expect(await read()).toMatchObject({ state: 'queued', attempts: 3 });
    await loseTimes(agent, 1);
    expect(await read()).toMatchObject({ state: 'failed', reason: 'poison', attempts: 4 });
  });

  test('at the last attempt fails the task as exhausted', async () => {
    const { agent, read } = await given({ max_attempts: 2 });
    await loseTimes(agent, 2);
    expect(await read()).toMatchObject({ state: 'failed', reason: 'exhausted', attempts: 2 });
  });
});

test('handing back does not count as an attempt, even when none is left [T9]', async () => {
  const { agent, id, read } = await given({ max_attempts: 1 });
  for (let left = 3; left > 0; left--) await agent.release(await agent.begin());
  expect(await read()).toMatchObject({ state: 'queued', attempts: 0, epoch: 3 });
  await agent.complete(await agent.begin(), 'done');
  expect(await read()).toMatchObject({ state: 'succeeded', attempts: 1, epoch: 4, result: 'done' });
  expect(await outcomesOf(id)).toEqual(['released', 'released', 'released', 'succeeded']);
});

test('an attempt that was not started in time is released and counts, so that it cannot go on for ever', async () => {
  const { agent, id, read } = await given({ max_attempts: 2, backoff_base_ms: 0 });
  for (const attempts of [1, 2]) {
    const { task_id } = await agent.claim();
    await fleet.change(task_id, "claimed_at = now() - interval '1 day'");
    await reapTasks(db, desk.context.config, { pull: true, push: true });
    expect(await read()).toMatchObject({ attempts });
    if (attempts < 2) await passBackoff(id);
  }
  expect(await read()).toMatchObject({ state: 'failed', reason: 'exhausted' });
  expect(await outcomesOf(id)).toEqual(['released', 'released']);
});

test('the slots of an ended attempt are free again', async () => {
  const { agent } = await given({ needs: { slots: 1 } });
  const used = async () => (await db.query('select used from agent_slots where agent_id = $1', [agent.id]))[0];
  const grant = await agent.begin();
  expect(await used()).toEqual({ used: 1 });
  await agent.complete(grant);
  expect(await used()).toEqual({ used: 0 });
});

test('every change of a task has its event, in order [I4]', async () => {
  const { agent, id } = await given({ backoff_base_ms: 0, max_attempts: 9 });
  await agent.fail(await agent.begin(), { retryable: true });
  await agent.release(await agent.begin());
  await loseLease(await agent.begin());
  await agent.complete(await agent.begin());
  const rows = await db.query<{ type: string; epoch: number | null }>(
    "select type, (data ->> 'epoch')::int as epoch from events where task_id = $1 order by xid, seq",
    [id],
  );
  expect(rows.map(({ type, epoch }) => `${type} ${epoch}`)).toEqual([
    'task.submitted null',
    ...['task.claimed 1', 'task.started 1', 'task.retrying 1'],
    ...['task.claimed 2', 'task.started 2', 'task.released 2'],
    ...['task.claimed 3', 'task.started 3', 'task.lost 3'],
    ...['task.claimed 5', 'task.started 5', 'task.succeeded 5'],
  ]);
});
