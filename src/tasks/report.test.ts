import { describe, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestAgent } from '../../test/support/fleet-agent.ts';
import type { TestProject } from '../../test/support/fleet-project.ts';
import { answerOf } from '../../test/support/refusal.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const reap = () => reapTasks(db, desk.context.config, { pull: true, push: true });

type Scene = { project: TestProject; agent: TestAgent };
type Situation = (scene: Scene) => Promise<AttemptRef>;

const overdue =
  (set: string): Situation =>
  async ({ agent }) => {
    const grant = await agent.begin();
    await fleet.change(grant.task_id, set);
    await reap();
    return grant;
  };
const LOSE = "lease_expires_at = now() - interval '1 day'";

const SITUATIONS = {
  'leased to it': ({ agent }) => agent.claim(),
  'running at it': ({ agent }) => agent.begin(),
  'its, with a lease that expired and was not taken away': async ({ agent }) => {
    const grant = await agent.begin();
    await fleet.change(grant.task_id, LOSE);
    return grant;
  },
  'its, and to be cancelled': async ({ agent }) => {
    const grant = await agent.begin();
    await fleet.change(grant.task_id, 'cancel_requested_at = now()');
    return grant;
  },
  'completed by it': async ({ agent }) => {
    const grant = await agent.begin();
    await agent.complete(grant, { ok: 1 });
    return grant;
  },
  'failed by it for good': async ({ agent }) => {
    const grant = await agent.begin();
    await agent.fail(grant);
    return grant;
  },
  'failed by it, to be retried': async ({ agent }) => {
    const grant = await agent.begin();
    await agent.fail(grant, { retryable: true });
    return grant;
  },
  'handed back by it': async ({ agent }) => {
    const grant = await agent.begin();
    await agent.release(grant);
    return grant;
  },
  'handed back by it, and claimed anew': async ({ agent }) => {
    const grant = await agent.begin();
    await agent.release(grant);
    await agent.begin();
    return grant;
  },
  'lost by it': overdue(LOSE),
  'lost by it, and claimed anew': async (scene) => {
    const grant = await overdue(LOSE)(scene);
    await scene.agent.begin();
    return grant;
  },
  'lost by it, and completed by another': async (scene) => {
    const grant = await overdue(LOSE)(scene);
    const other = await scene.project.agent();
    await other.complete(await other.begin(), { ok: 1 });
    return grant;
  },
  'cancelled by force': overdue("cancel_requested_at = now() - interval '1 day'"),
  'past its deadline': overdue("deadline_at = now() - interval '1 s'"),
  'over its attempt time-out': overdue("attempt_timeout_ms = 1, started_at = now() - interval '1 day'"),
  'not started in time': async ({ agent }) => {
    const grant = await agent.claim();
    await fleet.change(grant.task_id, "claimed_at = now() - interval '1 day'");
    await reap();
    return grant;
  },
  'held by another': async ({ project }) => (await project.agent()).begin(),
  'held by it under another epoch': async ({ agent }) => ({ ...(await agent.begin()), epoch: 7 }),
} satisfies Record<string, Situation>;

const done = (state: string) => ({ state, duplicate: false });
const again = (state: string) => ({ state, duplicate: true });
const lost = (current_epoch: number, state: string) => ({ code: 'lease_lost', current_epoch, state });
const CONFLICT = { code: 'outcome_conflict' };
const UNKNOWN = { code: 'not_found' };

type Row = [
  keyof typeof SITUATIONS,
  start: boolean,
  heartbeat: string,
  complete: object,
  fail: object,
  release: object,
];
// biome-ignore format: a table is read by its columns
const ROWS: Row[] = [
  //                                                         start  heartbeat   complete                fail                    release
  ['leased to it',                                           true,  'continue', done('succeeded'),      done('failed'),         done('queued')],
  ['running at it',                                          true,  'continue', done('succeeded'),      done('failed'),         done('queued')],
  ['its, with a lease that expired and was not taken away',  true,  'continue', done('succeeded'),      done('failed'),         done('queued')],
  ['its, and to be cancelled',                               true,  'cancel',   done('succeeded'),      done('cancelled'),      done('cancelled')],
  ['completed by it',                                        false, 'stop',     again('succeeded'),     CONFLICT,               CONFLICT],
  ['failed by it for good',                                  false, 'stop',     CONFLICT,               again('failed'),        CONFLICT],
  ['failed by it, to be retried',                            false, 'stop',     CONFLICT,               CONFLICT,               CONFLICT],
  ['handed back by it',                                      false, 'stop',     CONFLICT,               CONFLICT,               again('queued')],
  ['handed back by it, and claimed anew',                    false, 'stop',     CONFLICT,               CONFLICT,               again('running')],
  ['lost by it',                                             false, 'stop',     lost(2, 'queued'),      lost(2, 'queued'),      lost(2, 'queued')],
  ['lost by it, and claimed anew',                           false, 'stop',     lost(3, 'running'),     lost(3, 'running'),     lost(3, 'running')],
  ['lost by it, and completed by another',                   false, 'stop',     lost(3, 'succeeded'),   lost(3, 'succeeded'),   lost(3, 'succeeded')],
  ['cancelled by force',                                     false, 'stop',     lost(2, 'cancelled'),   lost(2, 'cancelled'),   lost(2, 'cancelled')],
  ['past its deadline',                                      false, 'stop',     lost(2, 'expired'),     lost(2, 'expired'),     lost(2, 'expired')],
  ['over its attempt time-out',                              false, 'stop',     lost(2, 'queued'),      lost(2, 'queued'),      lost(2, 'queued')],
  ['not started in time',                                    false, 'stop',     lost(2, 'queued'),      lost(2, 'queued'),      lost(2, 'queued')],
  ['held by another',                                        false, 'stop',     UNKNOWN,                UNKNOWN,                UNKNOWN],
  ['held by it under another epoch',                         false, 'stop',     UNKNOWN,                UNKNOWN,                UNKNOWN],
];

const MOVES = {
  start: (agent: TestAgent, ref: AttemptRef) => agent.start(ref),
  heartbeat: async (agent: TestAgent, ref: AttemptRef) => (await agent.heartbeat(ref)).directive,
  complete: (agent: TestAgent, ref: AttemptRef) => agent.complete(ref, { ok: 1 }),
  fail: (agent: TestAgent, ref: AttemptRef) => agent.fail(ref),
  release: (agent: TestAgent, ref: AttemptRef) => agent.release(ref),
};

async function stage(situation: keyof typeof SITUATIONS) {
  const project = await fleet.project();
  const agent = await project.agent();
  await project.task({ max_attempts: 5 });
  return { agent, ref: await SITUATIONS[situation]({ project, agent }) };
}

describe('a holder reports on an attempt that is ... [G3] [I3]', () => {
  test.each(ROWS)('%s', async (situation, ...answers) => {
    const asked = Object.values(MOVES).map(async (move) => {
      const { agent, ref } = await stage(situation);
      return answerOf(Promise.resolve(move(agent, ref)));
    });
    expect(await Promise.all(asked)).toEqual(answers);
  });

  test('the table has a row for every situation', () => {
    expect(ROWS.map(([situation]) => situation)).toEqual(Object.keys(SITUATIONS));
  });
});

test('a completed attempt that reports another result is refused with outcome_conflict, and the first stands', async () => {
  const { agent, ref } = await stage('completed by it');
  expect(await answerOf(agent.complete(ref, { ok: 2 }))).toEqual(CONFLICT);
  const [outcome] = await db.query('select state, epoch, result from outcomes where task_id = $1', [ref.task_id]);
  expect(outcome).toEqual({ state: 'succeeded', epoch: 1, result: { ok: 1 } });
});

test('a repeated report may write its result with the keys in another order', async () => {
  const { agent, ref } = await stage('running at it');
  await agent.complete(ref, { a: 1, b: { c: 2, d: 3 } });
  expect(await agent.complete(ref, { b: { d: 3, c: 2 }, a: 1 })).toEqual(again('succeeded'));
});

test('a result over 1 MiB is refused with result_too_large, and the attempt goes on [T12]', async () => {
  const { agent, ref } = await stage('running at it');
  expect(await answerOf(agent.complete(ref, 'x'.repeat(2 ** 20)))).toEqual({ code: 'result_too_large' });
  expect(await agent.complete(ref, 'x'.repeat(2 ** 20 - 2))).toEqual(done('succeeded'));
});
