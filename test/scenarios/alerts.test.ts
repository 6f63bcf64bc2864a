import { expect, test } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import { alertReceiver } from '../support/alert-receiver.ts';
import { SECRET } from '../support/alert-replica.ts';
import { testDatabase } from '../support/database.ts';
import { modelFleet } from '../support/model-fleet.ts';
import { modelProcess } from '../support/model-servers/model-process.ts';
import { serveWild } from '../support/model-servers/serve-wild.ts';
import { serveProcess } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

/** What a webhook told. */
const told = ({ body }: { body: string }): { rule: string; subject: string; summary: string } => JSON.parse(body).data;

const alertOf = async (client: Client, rule: string, state: 'open' | 'resolved') =>
  (await Array.fromAsync(client.listAlerts({ rule, state })))[0];

test('a model server whose process is killed is an alert with a delivered webhook, and is over when it is back [S23]', async () => {
  const receiver = await alertReceiver();
  const env = { ALERT_FOR_MS: '1500', ...receiver.settings };
  const { add, request, client } = await modelFleet({ replicas: 2, env });
  const models = await modelProcess();
  const agent = await add({ name: 'laptop', url: models.url });
  expect(agent.status).toBe('online');
  await models.kill();
  // Two probes without an answer; by themselves they come within 67 seconds.
  for (let probe = 0; probe < 2; probe++) await request('POST', '/agents/laptop/probe');
  const alert = await until(() => alertOf(client, 'WhooshAgentDown', 'open'), { timeoutMs: 5000 });
  expect(alert).toMatchObject({ subject: agent.id, summary: 'Agent laptop is offline.' });
  const ofAgent = () => receiver.asked.filter((one) => told(one).rule === 'WhooshAgentDown');
  await until(() => ofAgent().length, { timeoutMs: 5000 });
  await modelProcess(models.port);
  await request('POST', '/agents/laptop/probe');
  await until(() => alertOf(client, 'WhooshAgentDown', 'resolved'), { timeoutMs: 10_000 });
  expect(ofAgent()).toHaveLength(1);
  const { deliveries } = await client.getAlert(alert.id);
  // That it is over is told when it can no longer open again without being told, in a quarter of an hour.
  expect(deliveries).toMatchObject([
    { notifier: 'webhook', attempts: 1, answer: '204' },
    { notifier: 'webhook', attempts: 0, delivered_at: null },
  ]);
}, 40_000);

test('a server that is killed between opening an alert and telling it loses nothing: another one tells it, under the same id', async () => {
  const { db, url: DATABASE_URL } = await testDatabase();
  let answers = false;
  const receiver = await serveWild((_req, res) => answers && res.writeHead(204).end());
  const serve = async () => {
    const { child, client } = await serveProcess({
      DATABASE_URL,
      WHOOSH_LOG_LEVEL: 'silent',
      // Whatever it has in memory is too much.
      ALERT_MEMORY_MB: '1',
      ALERT_FOR_MS: '300',
      ALERT_WEBHOOK_URL: receiver.url,
      ALERT_WEBHOOK_SECRET: SECRET,
    });
    return { child, client: await client({ timeoutMs: 60_000 }) };
  };
  const ofMemory = () => receiver.asked.filter((one) => told(one).rule === 'WhooshMemoryHigh');
  const first = await serve();
  await until(() => ofMemory().length === 1);
  const { id } = await until(() => alertOf(first.client, 'WhooshMemoryHigh', 'open'));
  first.child.kill('SIGKILL');
  answers = true;
  const second = await serve();
  // What the dead one had begun is taken over after a minute.
  await db.query('update alert_deliveries set next_attempt_at = now()');
  await until(() => ofMemory().length === 2);
  await until(async () => (await second.client.getAlert(id)).deliveries[0]?.delivered_at);
  const [before, after] = ofMemory() as [(typeof receiver.asked)[number], (typeof receiver.asked)[number]];
  expect(after.headers['webhook-id']).toBe(before.headers['webhook-id']);
  expect(after.body).toBe(before.body);
}, 40_000);

test('a database that is away is told while it lasts, and is an alert like any other once it is back [S23]', async () => {
  const receiver = await alertReceiver();
  const env = { ALERT_FOR_MS: '1500', ...receiver.settings };
  const { proxy, client, db } = await modelFleet({ replicas: 2, env });
  const ofDatabase = () => receiver.asked.filter((one) => told(one).subject === 'database');
  proxy.down();
  await until(() => ofDatabase().length === 2, { timeoutMs: 15_000 });
  // Replicas cannot agree without the database; a receiver knows by the id that it is the same.
  expect(new Set(ofDatabase().map(({ headers }) => headers['webhook-id'])).size).toBe(1);
  expect(told(ofDatabase()[0]!).rule).toBe('WhooshHealthFailed');
  proxy.up();
  const isOver = async () =>
    (await Array.fromAsync(client.listAlerts({ state: 'resolved' }))).find(({ subject }) => subject === 'database');
  const { id } = await until(isOver, { timeoutMs: 20_000 });
  expect(await client.getAlert(id)).toMatchObject({
    rule: 'WhooshHealthFailed',
    notified_at: expect.any(String),
    deliveries: [
      { notifier: 'webhook', answer: '204', delivered_at: expect.any(String) },
      { notifier: 'webhook', attempts: 0 },
    ],
  });
  expect(ofDatabase()).toHaveLength(2);
  const events = await db.query<{ type: string }>(
    "select type from events where type like 'alert.%' and data->>'subject' = 'database' order by seq",
  );
  expect(events.map(({ type }) => type)).toEqual(['alert.opened', 'alert.resolved']);
}, 60_000);
