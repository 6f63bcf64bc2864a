import { expect, test } from 'vitest';
import { alertReceiver } from '../../test/support/alert-receiver.ts';
import { alertReplica, FOR_MS } from '../../test/support/alert-replica.ts';
import { until } from '../../test/support/until.ts';

const DEGRADED = { api: { status: 'degraded', detail: 'the event loop was held up for 300 ms' } } as const;
const WELL = { api: { status: 'operational' } } as const;
const HEALTH = { rule: 'WhooshHealthFailed' };

test('a component that stays degraded opens one alert and one notification, whichever of two replicas sees it', async () => {
  const receiver = await alertReceiver();
  const a = await alertReplica(receiver);
  const b = await alertReplica({ ...receiver, beside: a });
  for (const one of [a, b]) one.state.components = DEGRADED;
  await until(async () => {
    await Promise.all([a.look(), b.look()]);
    return (await a.list()).length;
  });
  await Promise.all([a.look(), b.look()]);
  await Promise.all([a.deliver(), b.deliver(), a.deliver(), b.deliver()]);
  expect(await a.list()).toMatchObject([
    {
      rule: 'WhooshHealthFailed',
      subject: expect.stringMatching(/^api of .+:\d+$/),
      project_id: null,
      severity: 'critical',
      state: 'open',
      detail: 'the event loop was held up for 300 ms',
      count: 1,
      runbook: 'docs/operate/alerts.md#whooshhealthfailed',
    },
  ]);
  expect(receiver.asked).toHaveLength(1);
  expect(await a.eventTypes()).toEqual(['alert.opened']);
});

test('a condition that comes and goes before its time opens nothing', async () => {
  const whoosh = await alertReplica();
  const later = performance.now() + 2 * FOR_MS;
  await until(async () => {
    whoosh.state.components = whoosh.state.components === DEGRADED ? WELL : DEGRADED;
    await whoosh.look();
    return performance.now() > later;
  });
  expect(await whoosh.list()).toEqual([]);
});

test('an alert is over by itself when its condition has been gone for a while', async () => {
  const whoosh = await alertReplica();
  whoosh.state.components = DEGRADED;
  await whoosh.lookUntil(HEALTH);
  whoosh.state.components = WELL;
  await whoosh.look();
  expect(await whoosh.list()).toMatchObject([{ state: 'open' }]);
  expect(await whoosh.lookUntil({ ...HEALTH, state: 'resolved' })).toMatchObject({ resolved_by: 'coordinator' });
  expect(await whoosh.eventTypes()).toEqual(['alert.opened', 'alert.resolved']);
});

test('an alert of a replica that is gone is resolved by another one', async () => {
  const gone = await alertReplica({ settings: { WHOOSH_PORT: '8001' } });
  gone.state.components = DEGRADED;
  await gone.lookUntil(HEALTH);
  const other = await alertReplica({ settings: { WHOOSH_PORT: '8002' }, beside: gone });
  await other.lookUntil({ ...HEALTH, state: 'resolved' });
});

test('what nobody could look at, since nobody looked, is not over', async () => {
  const whoosh = await alertReplica();
  whoosh.state.components = DEGRADED;
  const { id } = await whoosh.lookUntil(HEALTH);
  await whoosh.db.query("update alerts set last_seen_at = now() - interval '1 hour'");
  const restarted = await alertReplica({ beside: whoosh });
  await restarted.look();
  expect((await whoosh.show(id)).state).toBe('open');
  await whoosh.db.query("update alerts set last_seen_at = now() - interval '1 hour'");
  // As if the process had been stopped for longer than that.
  const woken = performance.now() + FOR_MS * 1.2;
  await until(() => performance.now() > woken);
  await restarted.look();
  expect((await whoosh.show(id)).state).toBe('open');
});

test('what opens again within the cool-down is the same alert and not told again; after it, it is', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  const flap = async () => {
    whoosh.state.components = DEGRADED;
    const alert = await whoosh.lookUntil(HEALTH);
    await whoosh.deliver();
    whoosh.state.components = WELL;
    await whoosh.lookUntil({ ...HEALTH, state: 'resolved' });
    return alert;
  };
  const first = await flap();
  const second = await flap();
  expect(second).toMatchObject({ id: first.id, count: 2, notified_at: first.notified_at });
  expect(receiver.asked).toHaveLength(1);
  await whoosh.db.query("update alerts set notified_at = now() - interval '16 minutes'");
  expect(await flap()).toMatchObject({ id: first.id, count: 3 });
  expect(receiver.asked).toHaveLength(2);
  await whoosh.db.query("update alerts set resolved_at = now() - interval '16 minutes'");
  expect((await flap()).id).not.toBe(first.id);
});

test('a hundred conditions of a rule that come at once are a hundred alerts and one notification', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  whoosh.state.broken = Array.from({ length: 100 }, (_, at) => ({ id: `T${at}`, sentence: 'No', broken: 1 }));
  await whoosh.look();
  await whoosh.deliver();
  expect(await whoosh.list(whoosh.admin, 'limit=200')).toHaveLength(100);
  expect(receiver.asked).toHaveLength(1);
  expect(JSON.parse(receiver.asked[0]!.body).data.summary).toContain('100 alerts of WhooshInvariantBroken');
});

test('its end is told too, when it can no longer open again without being told', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  const told = () => receiver.asked.map(({ body }) => JSON.parse(body).type);
  const over = async () => {
    whoosh.state.components = WELL;
    await whoosh.lookUntil({ ...HEALTH, state: 'resolved' });
    await whoosh.deliver();
  };
  whoosh.state.components = DEGRADED;
  const { id } = await whoosh.lookUntil(HEALTH);
  await whoosh.deliver();
  await over();
  expect(told()).toEqual(['alert.opened']);
  // Within the cool-down it opens again: that it was over is told no more.
  whoosh.state.components = DEGRADED;
  await whoosh.lookUntil(HEALTH);
  expect((await whoosh.show(id)).deliveries).toHaveLength(1);
  await whoosh.db.query("update alerts set notified_at = now() - interval '16 minutes'");
  await over();
  expect(told()).toEqual(['alert.opened', 'alert.resolved']);
  expect(JSON.parse(receiver.asked[1]!.body).data).toMatchObject({ id, summary: expect.stringContaining('degraded') });
});

test('a pool that is exhausted, so that the database looks ill, is written down like anything else', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  whoosh.state.components = { database: { status: 'degraded', detail: 'timeout expired after 800 ms' } };
  expect(await whoosh.lookUntil(HEALTH)).toMatchObject({ subject: 'database' });
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(1);
});
