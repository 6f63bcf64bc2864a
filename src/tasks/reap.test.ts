import { describe, expect, test } from 'vitest';
import { untilBlocked } from '../../test/support/blocked.ts';
import { testFleet } from '../../test/support/fleet.ts';
import type { Wish } from '../../test/support/fleet-project.ts';
import { listAttempts } from './list-attempts.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet({ replicas: 2 });
const { db, desk } = fleet;

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

const AN_HOUR_AGO = "now() - interval '1 h'";

describe('a lease', () => {
  test('that is not over, or over for less than the grace, is left alone', async () => {
    const { agent, id, read, reap } = await given();
    const grant = await agent.begin();
    expect(await reap()).toEqual([]);
    await fleet.change(id, "lease_expires_at = now() - interval '2 s'");
    expect(await reap()).toEqual([]);
    expect(await read()).toMatchObject({ state: 'running', epoch: 1 });
    await agent.complete(grant);
  });

  test('that is over for longer is taken away, whether the attempt was started or not [G4]', async () => {
    for (const begin of [true, false]) {
      const { agent, id, project, reap } = await given();
      await (begin ? agent.begin() : agent.claim());
      await fleet.change(id, "lease_expires_at = now() - interval '3 s'");
      expect(await reap()).toEqual([
        {
          task_id: id,
          project_id: project.id,
          state: 'queued',
          has_dependants: false,
          attempt_outcome: 'lost',
          ended_epoch: 1,
        },
      ]);
    }
  });

  test('is not taken away before the database has been reachable for a whole lease', async () => {
    const { agent, id, read, reap } = await given();
    await agent.begin();
    await fleet.change(id, `lease_expires_at = ${AN_HOUR_AGO}`);
    expect(await reap(false)).toEqual([]);
    expect(await read()).toMatchObject({ state: 'running', epoch: 1 });
    expect(await reap()).toMatchObject([{ state: 'queued' }]);
  });

  test('that its holder renews while the reaper decides is kept', async () => {
    const { agent, id, read, reap } = await given();
    const grant = await agent.begin();
    await fleet.change(id, `lease_expires_at = ${AN_HOUR_AGO}`);
    let reaping: Promise<unknown> = Promise.resolve();
    await db.transaction(async (trx) => {
      await trx.query('select from live_tasks where id = $1 for update', [id]);
      reaping = reap();
      await untilBlocked(db);
      await trx.query("update live_tasks set lease_expires_at = now() + interval '1 min' where id = $1", [id]);
    });
    expect(await reaping).toEqual([]);
    expect(await read()).toMatchObject({ state: 'running', epoch: 1 });
    expect((await agent.heartbeat(grant)).directive).toBe('continue');
  });

  test('is taken away once by two reapers that meet, many times over [T14]', async () => {
    const project = await fleet.project();
    const agent = await project.agent({ max_concurrent: 40 });
    for (let left = 40; left > 0; left--) await project.task();
    const { grants } = await agent.poll();
    await db.query(`update live_tasks set lease_expires_at = ${AN_HOUR_AGO} where project_id = $1`, [project.id]);
    const [one, two] = await Promise.all(
      fleet.desks.map(({ context }) => reapTasks(context.control, context.config, { pull: true, push: true })),
    );
    expect([...one!, ...two!].map(({ task_id }) => task_id).sort()).toEqual(
      grants.map(({ task_id }) => task_id).sort(),
    );
    const epochs = await db.query('select distinct epoch, state from live_tasks where project_id = $1', [project.id]);
    expect(epochs).toEqual([{ epoch: 2, state: 'queued' }]);
  });

  test('and two hundred others are taken away in batches, until none is left', async () => {
    const reap = async () => (await reapTasks(db, desk.context.config, { pull: true, push: true })).length;
    await reap();
    const project = await fleet.project();
    const agent = await project.agent({ max_concurrent: 200 });
    await project.submit(Array.from({ length: 200 }, () => ({})));
    await agent.poll();
    await db.query(`update live_tasks set lease_expires_at = ${AN_HOUR_AGO} where project_id = $1`, [project.id]);
    const sizes = [await reap(), await reap(), await reap()];
    expect(sizes).toEqual([100, 100, 0]);
  });
});

test('a task whose deadline in the queue passed and that is claimed while the reaper decides is kept', async () => {
  const { agent, id, read, reap } = await given();
  await fleet.change(id, `queue_deadline_at = ${AN_HOUR_AGO}`);
  let reaping: Promise<unknown> = Promise.resolve();
  await db.transaction(async (trx) => {
    await trx.query('select from live_tasks where id = $1 for update', [id]);
    reaping = reap();
    await untilBlocked(db);
    const set = "state = 'leased', ready = false, epoch = 1, attempts = 1, lease_expires_at = now() + interval '1 min'";
    await trx.query(`update live_tasks set ${set}, holder_id = $2, agent_id = $3 where id = $1`, [
      id,
      agent.holder_id,
      agent.id,
    ]);
    await trx.query('update agent_slots set used = 1 where agent_id = $1', [agent.id]);
  });
  await expect(reaping).resolves.toEqual([]);
  expect(await read()).toMatchObject({ state: 'leased', epoch: 1 });
});

describe('a claim that is not started', () => {
  test('is released after 30 s, though its lease is renewed', async () => {
    const { agent, id, read, reap } = await given({ backoff_base_ms: 0 });
    const grant = await agent.claim();
    await fleet.change(id, "claimed_at = now() - interval '29 s'");
    expect(await reap()).toEqual([]);
    await fleet.change(id, "claimed_at = now() - interval '31 s'");
    await agent.heartbeat(grant);
    await reap();
    expect(await read()).toMatchObject({ state: 'queued', epoch: 2, attempts: 1 });
    expect(await agent.start(grant)).toBe(false);
  });

  test('is kept while the database has only just come back: its holder could not start it', async () => {
    const { agent, id, read, reap } = await given();
    await agent.claim();
    await fleet.change(id, `claimed_at = ${AN_HOUR_AGO}`);
    expect(await reap(false)).toEqual([]);
    expect(await read()).toMatchObject({ state: 'leased' });
  });
});

describe('attempt_timeout_ms', () => {
  test('is enforced by the server when the holder does not, after the grace [T7]', async () => {
    const { agent, id, read, reap } = await given({ attempt_timeout_ms: 1000, backoff_base_ms: 3_600_000 });
    const grant = await agent.begin();
    await fleet.change(id, "started_at = now() - interval '30 s'");
    expect(await reap()).toEqual([]);
    await fleet.change(id, "started_at = now() - interval '32 s'");
    await reap();
    expect(await read()).toMatchObject({ state: 'queued', epoch: 2, attempts: 1 });
    expect((await agent.heartbeat(grant)).directive).toBe('stop');
    expect((await listAttempts(db, id))[0]).toMatchObject({
      outcome: 'failed',
      error: {
        code: 'timed_out',
        message: 'The attempt ran longer than attempt_timeout_ms and its holder did not end it.',
      },
    });
    expect((await agent.poll()).grants).toEqual([]);
  });

  test('counts from the start of the attempt, not from its claim', async () => {
    const { agent, id, reap } = await given({ attempt_timeout_ms: 1000 });
    await agent.begin();
    await fleet.change(id, "claimed_at = now() - interval '1 min'");
    expect(await reap()).toEqual([]);
  });
});
