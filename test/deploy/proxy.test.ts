import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { get } from 'node:https';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { createApi } from '../../src/client/api.ts';
import { createClient } from '../../src/client/client.ts';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { startServer } from '../../src/main.ts';
import { createKey } from '../../src/members/create-key.ts';
import { testDatabase } from '../support/database.ts';
import { readEventStream } from '../support/event-reader.ts';
import { freePort } from '../support/free-port.ts';
import { productionSettings } from '../support/production-settings.ts';
import { until } from '../support/until.ts';
import { startHaproxy } from './haproxy.ts';

/** Of the loopback, as containers have addresses of their own and a port in common. */
const ADDRESSES = ['127.0.0.1', '127.0.0.2'];

/** Two replicas in production mode behind HAProxy with the configuration that is shipped, which sends requests to both. */
async function scene(context: TestContext) {
  const { db, url: DATABASE_URL } = await testDatabase();
  const port = await freePort();
  const proxy = await startHaproxy(context, ADDRESSES, port);
  const more = { TRUSTED_PROXY_HOPS: '1', DRAIN_NOT_READY_MS: '5000', DB_POOL_SIZE: '2', DB_MAX_OVERFLOW: '6' };
  const settings = await productionSettings({ DATABASE_URL, WHOOSH_PORT: `${port}`, ...more });
  const start = (WHOOSH_HOST: string) =>
    startServer(readConfig({ ...settings, WHOOSH_HOST }), createLog('silent', false));
  const replicas = await Promise.all(ADDRESSES.map(start));
  onTestFinished(async () => void (await Promise.all(replicas.map((one) => one.stop({ atOnce: true })))));
  const { secret: key } = await createKey(db, 'test', { name: 'test', role: 'admin', project_id: null });
  await until(() => proxy.readyOnes() === ADDRESSES.length);
  const headers = { authorization: `Bearer ${key}` };
  return { proxy, replicas, headers, client: createClient({ url: proxy.http, key }) };
}

/** Polls as a runner that has no work, for as long as it may; how long that was and what it brought. */
async function pollLong(url: string, client: ReturnType<typeof createClient>) {
  const { token } = await client.createEnrolment();
  const { credential } = await createApi({ url }).call('post', '/api/v1/runners/enrol', {
    json: { token, name: 'box' },
  });
  const { call } = createApi({ url, key: credential });
  const agents = [{ name: 'shell', kind: 'command' as const, capabilities: ['shell'], max_concurrent: 1 }];
  const session = await call('post', '/api/v1/runners/session', {
    json: { version: '0', hostname: 'box', os: 'linux', agents },
  });
  const wants = [{ agent_id: session.agents[0]!.id, slots: 1 }];
  const startedAt = performance.now();
  const { grants } = await call('post', '/api/v1/runners/poll', {
    json: { holder_id: session.holder_id, attempts: [], wants, wait_ms: 25_000 },
  });
  return { grants, tookMs: performance.now() - startedAt };
}

test('a poll of 25 s is not cut by the proxy, and events pass it as they happen', async (context) => {
  const { proxy, headers, client } = await scene(context);
  const poll = pollLong(proxy.http, client);
  const events = await readEventStream(proxy.http, '/api/v1/events', headers);
  const needs = { capabilities: ['none-has-this'] };
  const { id } = await client.submitTask({ title: 'x', prompt: 'x', needs, allow_unsatisfiable: true });
  await events.wait((data) => data.task_id === id);
  const { grants, tookMs } = await poll;
  expect(grants).toEqual([]);
  expect(tookMs).toBeGreaterThan(24_000);
  events.leave();
}, 60_000);

test('while a replica leaves, every request is answered; with none left the client is told when to come again', async (context) => {
  const { proxy, replicas, headers } = await scene(context);
  const answers: string[] = [];
  let going = true;
  // Refused by a replica that drains, and never under load: for that this machine is busy enough.
  const path = `/api/v1/tasks/${randomUUID()}`;
  const caller = async () => {
    while (going) {
      const answer = await fetch(proxy.http + path, { headers });
      answers.push(((await answer.json()) as { code: string }).code);
    }
  };
  const callers = [caller(), caller(), caller()];
  await replicas[0]!.stop();
  const before = answers.length;
  await until(() => answers.length > before + 20);
  going = false;
  await Promise.all(callers);
  expect(before).toBeGreaterThan(100);
  expect([...new Set(answers)]).toEqual(['not_found']);

  await replicas[1]!.stop({ atOnce: true });
  const answer = await fetch(proxy.http + path, { headers });
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('2');
  expect(await answer.json()).toMatchObject({ status: 503, code: 'unavailable' });
}, 60_000);

test('HTTPS is told apart from HTTP whatever the client says, and metrics are not for outside', async (context) => {
  const { proxy } = await scene(context);
  const request = get(`${proxy.https}/livez`, { ca: proxy.ca });
  const [answer] = await once(request, 'response');
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['strict-transport-security']).toMatch(/^max-age=/);
  const plain = await fetch(`${proxy.http}/livez`, { headers: { 'x-forwarded-proto': 'https' } });
  expect([plain.status, plain.headers.get('strict-transport-security')]).toEqual([200, null]);
  // However the path is written: the replicas decode it before they look for a route.
  for (const path of ['/api/metrics', '/api/%6detrics', '/%61pi/metric%73?x=1'])
    expect((await fetch(proxy.http + path)).status, path).toBe(404);
});
