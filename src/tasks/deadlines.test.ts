import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import { listAttempts } from './list-attempts.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const FUTURE = '2999-01-01T00:00:00Z';
const AN_HOUR_AGO = "now() - interval '1 h'";

async function given(wish: Wish = {}) {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task(wish);
  /** Reaps everywhere; answers what became of this project's tasks. */
  const reap = async (pull = true) => {
    const settled = await reapTasks(db, desk.context.config, { pull, push: true });
    return settled.filter(({ project_id }) => project_id === project.id);
  };
  return { project, agent, id, read: () => project.read(id), reap };
}

describe('deadline_at [T7]', () => {
  test.each([
    ['waits', { available_at: FUTURE }, 'waiting'],
    ['is queued', {}, 'queued'],
  ])('expires a task that %s', async (_what, wish, state) => {
    const { id, read, reap } = await given({ deadline_at: FUTURE, ...wish });
    expect(await read()).toMatchObject({ state });
    await fleet.change(id, "deadline_at = now() - interval '1 ms'");
    await reap();
    expect(await read()).toMatchObject({
      state: 'expired',
      epoch: 0,
      error: { code: 'expired', message: 'A deadline of the task passed.' },
    });
  });

  test('expires a running task: its epoch grows and its holder is told to stop', async () => {
    const { agent, id, read, reap } = await given({ deadline_at: FUTURE });
    const grant = await agent.begin();
    await fleet.change(id, "deadline_at = now() - interval '1 ms'");
    await reap(false);
    expect(await read()).toMatchObject({ state: 'expired', epoch: 2, attempts: 1 });
    expect((await agent.heartbeat(grant)).directive).toBe('stop');
    expect((await listAttempts(db, id))[0]).toMatchObject({ outcome: 'expired' });
  });

  test('counts first when a task is overdue in several ways', async () => {
    const { agent, id, read, reap } = await given({ deadline_at: FUTURE });
    await agent.begin();
    const long = ['deadline_at', 'lease_expires_at', 'cancel_requested_at', 'claimed_at'];
    await fleet.change(id, long.map((column) => `${column} = ${AN_HOUR_AGO}`).join(', '));
    await reap();
    expect(await read()).toMatchObject({ state: 'expired' });
  });
});

describe('queue_deadline_at', () => {
  test('expires a task that nobody has claimed by then', async () => {
    const { id, read, reap } = await given({ queue_deadline_at: FUTURE });
    await fleet.change(id, "queue_deadline_at = now() - interval '1 ms'");
    await reap();
    expect(await read()).toMatchObject({ state: 'expired', attempts: 0 });
  });

  test('does not touch a task that is being worked on, nor one that goes back to be retried', async () => {
    const { agent, id, read, reap } = await given({ queue_deadline_at: FUTURE, backoff_base_ms: 0 });
    const grant = await agent.begin();
    await fleet.change(id, "queue_deadline_at = now() - interval '1 ms'");
    expect(await reap()).toEqual([]);
    await agent.fail(grant, { retryable: true });
    expect(await reap()).toEqual([]);
    expect(await agent.claim()).toMatchObject({ task_id: id, attempt: 2 });
    expect(await read()).toMatchObject({ state: 'leased' });
  });

  test('expires a task whose only holder handed it back', async () => {
    const { agent, id, read, reap } = await given({ queue_deadline_at: FUTURE });
    const grant = await agent.begin();
    await fleet.change(id, "queue_deadline_at = now() - interval '1 ms'");
    await agent.release(grant);
    await reap();
    expect(await read()).toMatchObject({ state: 'expired', attempts: 0 });
  });
});
