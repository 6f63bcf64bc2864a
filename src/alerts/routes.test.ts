import { v7 as uuid } from 'uuid';
import { expect, test } from 'vitest';
import { alertReceiver } from '../../test/support/alert-receiver.ts';
import { alertReplica, SECRET } from '../../test/support/alert-replica.ts';
import { call } from '../../test/support/enrolled-runner.ts';
import { listen } from '../../test/support/event-reader.ts';
import { PROJECT } from '../../test/support/replica.ts';
import { createClient } from '../client/client.ts';

type Whoosh = Awaited<ReturnType<typeof alertReplica>>;

/** A key for a year that ends in a week: an alert of its project. */
async function expiringKey(whoosh: Whoosh, project_id: string | null = PROJECT) {
  const id = uuid();
  await whoosh.db.query(
    `insert into api_keys (id, project_id, role, name, secret_hash, created_at, expires_at)
     values ($1, $2, 'viewer', 'ci', '', now() - interval '1 year', now() + interval '7 days')`,
    [id, project_id],
  );
  return id;
}

const KEY = { rule: 'WhooshKeyExpires' };

test('an alert is acknowledged and resolved by name, repeats are harmless, and a resolved one cannot be acknowledged', async () => {
  const whoosh = await alertReplica();
  const subject = await expiringKey(whoosh);
  const { id } = await whoosh.lookUntil(KEY);
  const acknowledged = (await whoosh.post(`${id}/acknowledge`)).json();
  expect(acknowledged).toMatchObject({
    state: 'acknowledged',
    subject,
    acknowledged_by: expect.stringMatching(/^key:/),
  });
  expect((await whoosh.post(`${id}/acknowledge`)).json()).toEqual(acknowledged);
  await whoosh.look();
  expect(await whoosh.list()).toMatchObject([{ id, state: 'acknowledged' }]);
  await whoosh.db.query('delete from api_keys where id = $1', [subject]);
  const resolved = (await whoosh.post(`${id}/resolve`)).json();
  expect(resolved).toMatchObject({ state: 'resolved', resolved_by: acknowledged.acknowledged_by });
  expect((await whoosh.post(`${id}/resolve`)).json()).toEqual(resolved);
  const refused = await whoosh.post(`${id}/acknowledge`);
  expect([refused.statusCode, refused.json().code]).toEqual([409, 'invalid_state']);
  expect(await whoosh.eventTypes()).toEqual(['alert.opened', 'alert.acknowledged', 'alert.resolved']);
});

test('an alert that a person resolves while its condition holds opens again, without another notification', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  await expiringKey(whoosh);
  const { id } = await whoosh.lookUntil(KEY);
  await whoosh.post(`${id}/resolve`);
  expect(await whoosh.lookUntil(KEY)).toMatchObject({ id, count: 2, resolved_by: null });
  await whoosh.deliver();
  expect(receiver.asked).toHaveLength(1);
});

test('alerts of one project are seen by its keys, those of the fleet and of others are not [I10]', async () => {
  const receiver = await alertReceiver();
  const whoosh = await alertReplica(receiver);
  const other = uuid();
  await whoosh.db.query("insert into projects (id, slug, name) values ($1, 'other', 'other')", [other]);
  for (const project_id of [PROJECT, other, null]) await expiringKey(whoosh, project_id);
  await whoosh.look();
  await whoosh.deliver();
  const [own, foreign] = [await whoosh.as('admin', PROJECT), await whoosh.as('admin', other)];
  expect(await whoosh.list()).toHaveLength(3);
  const [mine, ...rest] = await whoosh.list(own);
  expect(rest).toEqual([]);
  expect(mine).toMatchObject({ project_id: PROJECT });
  expect(await whoosh.show(mine!.id, own)).toMatchObject({ id: mine!.id, deliveries: [] });
  expect((await whoosh.show(mine!.id)).deliveries).toMatchObject([{ notifier: 'webhook', answer: '204' }]);
  for (const verb of ['acknowledge', 'resolve'])
    expect((await whoosh.post(`${mine!.id}/${verb}`, foreign)).statusCode).toBe(404);
  expect((await call(whoosh, 'GET', `/alerts/${mine!.id}`, foreign)).statusCode).toBe(404);
  expect((await call(whoosh, 'GET', '/alerts?project=other', own)).statusCode).toBe(404);
  expect((await whoosh.post(`${mine!.id}/acknowledge`, own)).statusCode).toBe(200);
});

test('a viewer reads alerts and changes none; only a key for all projects sends tests [S26]', async () => {
  const whoosh = await alertReplica();
  await expiringKey(whoosh);
  const { id } = await whoosh.lookUntil(KEY);
  const viewer = await whoosh.as('viewer');
  expect(await whoosh.list(viewer)).toHaveLength(1);
  for (const path of [`${id}/acknowledge`, `${id}/resolve`, 'test'])
    expect((await whoosh.post(path, viewer)).statusCode).toBe(403);
  expect((await whoosh.post('test', await whoosh.as('admin', PROJECT))).statusCode).toBe(403);
});

test('lists are filtered by state, rule and project, page by page, newest first', async () => {
  const whoosh = await alertReplica();
  whoosh.state.broken = Array.from({ length: 5 }, (_, at) => ({ id: `T${at}`, sentence: 'No', broken: 1 }));
  await expiringKey(whoosh);
  await whoosh.look();
  const client = createClient({ url: await listen(whoosh.app), key: whoosh.admin.authorization.slice(7) });
  const all = await Array.fromAsync(client.listAlerts({ limit: 2 }));
  expect(all.map(({ id }) => id)).toEqual(
    all
      .map(({ id }) => id)
      .toSorted()
      .reverse(),
  );
  expect(all).toHaveLength(6);
  expect(await Array.fromAsync(client.listAlerts({ rule: 'WhooshKeyExpires' }))).toHaveLength(1);
  expect(await Array.fromAsync(client.listAlerts({ project: PROJECT }))).toHaveLength(1);
  await client.resolveAlert(all[0]!.id);
  expect(await Array.fromAsync(client.listAlerts({ state: 'resolved' }))).toHaveLength(1);
  expect(await Array.fromAsync(client.listAlerts())).toHaveLength(5);
  expect(await Array.fromAsync(client.listAlerts({ state: 'all' }))).toHaveLength(6);
});

test('a test goes out by every notifier, and what each receiver answered is told', async () => {
  const receiver = await alertReceiver();
  const settings = { ...receiver.settings, ALERT_SLACK_URL: 'http://127.0.0.1:1/', ALERT_WEBHOOK_SECRET: SECRET };
  const whoosh = await alertReplica({ settings });
  expect((await whoosh.post('test')).json()).toEqual({
    notifiers: [
      { notifier: 'webhook', delivered: true, answer: '204' },
      { notifier: 'slack', delivered: false, answer: 'No connection to 127.0.0.1:1: nothing listens there.' },
    ],
  });
  expect(JSON.parse(receiver.asked[0]!.body)).toMatchObject({ type: 'alert.test' });
  expect(await whoosh.list()).toEqual([]);
});
