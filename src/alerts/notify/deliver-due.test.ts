import { expect, test } from 'vitest';
import { alertReceiver } from '../../../test/support/alert-receiver.ts';
import { alertReplica } from '../../../test/support/alert-replica.ts';
import { until } from '../../../test/support/until.ts';
import { within } from '../../lib/within.ts';

/** An alert that is open, and not yet told. */
async function opened() {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  whoosh.state.broken = [{ id: 'I5', sentence: 'Slots add up', broken: 2 }];
  await whoosh.look();
  const [alert] = await whoosh.list();
  const makeDue = () => whoosh.db.query('update alert_deliveries set next_attempt_at = now()');
  const delivery = async () => (await whoosh.show(alert!.id)).deliveries[0]!;
  return { receiver, whoosh, alert: alert!, makeDue, delivery };
}

test('a receiver that refuses is asked again later, under the same id, until it takes the message', async () => {
  const { receiver, whoosh, makeDue, delivery } = await opened();
  Object.assign(receiver, { status: 503, text: 'not now' });
  await whoosh.deliver();
  expect(await delivery()).toMatchObject({
    attempts: 1,
    delivered_at: null,
    answer: 'The receiver answered 503 not now.',
  });
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(1);
  Object.assign(receiver, { status: 202, text: 'thanks' });
  await makeDue();
  await whoosh.deliver();
  expect(await delivery()).toMatchObject({ attempts: 2, answer: '202 thanks', next_attempt_at: null });
  const [first, second] = receiver.asked as [(typeof receiver.asked)[number], (typeof receiver.asked)[number]];
  expect(second.headers['webhook-id']).toBe(first.headers['webhook-id']);
  expect(second.body).toBe(first.body);
  await makeDue();
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(2);
});

test('pauses between tries grow, and after the twelfth it is given up', async () => {
  const { receiver, whoosh, makeDue, delivery } = await opened();
  receiver.status = 500;
  const waits: number[] = [];
  for (let attempt = 1; attempt <= 12; attempt++) {
    await makeDue();
    await whoosh.deliver();
    const [row] = await whoosh.db.query<{ wait: number }>(
      'select extract(epoch from next_attempt_at - now())::float8 as wait from alert_deliveries',
    );
    waits.push(row!.wait);
  }
  expect(waits[0]).toBeLessThan(8);
  expect(waits[11]).toBeGreaterThan(890);
  expect(await delivery()).toMatchObject({ attempts: 12, delivered_at: null, gave_up_at: expect.any(String) });
  await makeDue();
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(12);
});

test('two replicas that look at the same moment send it once', async () => {
  const { receiver, whoosh } = await opened();
  const other = await alertReplica({ settings: receiver.settings, beside: whoosh });
  await Promise.all([whoosh.deliver(), other.deliver(), whoosh.deliver(), other.deliver()]);
  expect(receiver.asked).toHaveLength(1);
});

test('a try that ends late does not undo what a later one has told', async () => {
  const { receiver, whoosh, makeDue, delivery } = await opened();
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  receiver.held = held;
  const late = whoosh.deliver();
  await until(() => receiver.asked.length === 1);
  receiver.held = Promise.resolve();
  await makeDue();
  await whoosh.deliver();
  expect(await delivery()).toMatchObject({ attempts: 2, answer: '204' });
  receiver.status = 500;
  release();
  await late;
  expect(await delivery()).toMatchObject({ attempts: 2, answer: '204', delivered_at: expect.any(String) });
});

test('a notification that another replica is taking at this moment is passed over', async () => {
  const { receiver, whoosh } = await opened();
  await whoosh.db.transaction(async (trx) => {
    await trx.query('select from alert_deliveries for update');
    const looked = whoosh.deliver().then(() => 'passed over');
    expect(await within(3000, looked)).toBe('passed over');
  });
  expect(receiver.asked).toHaveLength(0);
});

test('a notification for a notifier that this replica does not have is left to one that has it', async () => {
  const { receiver, whoosh, delivery } = await opened();
  const other = await alertReplica({ settings: { ALERT_SLACK_URL: receiver.url }, beside: whoosh });
  await other.deliver();
  expect(await delivery()).toMatchObject({ attempts: 0, delivered_at: null });
  await whoosh.deliver();
  await until(async () => (await delivery()).delivered_at);
});

test('that an alert is over is not told to a receiver before its opening was', async () => {
  const { receiver, whoosh, alert, makeDue } = await opened();
  receiver.status = 500;
  await whoosh.deliver();
  whoosh.state.broken = [];
  await whoosh.post(`${alert.id}/resolve`);
  receiver.status = 204;
  await whoosh.db.query(
    "update alert_deliveries set next_attempt_at = now() where message->>'type' = 'alert.resolved'",
  );
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(1);
  await makeDue();
  await whoosh.deliver();
  await whoosh.deliver();
  expect(receiver.asked.map(({ body }) => JSON.parse(body).type)).toEqual([
    'alert.opened',
    'alert.opened',
    'alert.resolved',
  ]);
});
