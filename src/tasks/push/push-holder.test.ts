import { expect, test } from 'vitest';
import { modelFleet } from '../../../test/support/model-fleet.ts';
import { talkingServer } from '../../../test/support/model-servers/talking-server.ts';
import { until } from '../../../test/support/until.ts';

const CHAT = { capabilities: ['chat'] };
const chat = (n: number | string = '') => ({ title: `Task ${n}`, prompt: 'Hi', backoff_base_ms: 0, needs: CHAT });
/** Says one word and goes on when it is told. */
const slow = { onChat: (call: { say(text: string): void }) => call.say('One') };

test('pieces are in the log while the model still writes [P4]', async () => {
  const { add, client, logOf } = await modelFleet();
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  await until(async () => (await logOf(id)) === 'One');
  call.say(' two');
  await until(async () => (await logOf(id)) === 'One two');
  expect(await client.getTask(id)).toMatchObject({ state: 'running', result: null });
  call.end();
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'One two' });
});

test('a cancel ends the call and its socket at once [P9] [G5]', async () => {
  const { add, client, logOf } = await modelFleet();
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  await client.cancelTask(id);
  await until(() => call.isGone(), { timeoutMs: 2000 });
  expect(await client.waitTask(id)).toMatchObject({ state: 'cancelled' });
  expect(await logOf(id)).toBe('One');
  expect(await client.listAttempts(id)).toMatchObject([{ outcome: 'cancelled', error: { code: 'cancelled' } }]);
});

test('two replicas together never give a model server more than its slots, and use them all [P8] [I5]', async () => {
  const { add, client } = await modelFleet({ replicas: 2 });
  let [running, most] = [0, 0];
  const models = await talkingServer({
    onChat(call) {
      most = Math.max(most, ++running);
      call.say('One');
      setTimeout(() => {
        running--;
        call.end();
      }, 30);
    },
  });
  await add({ name: 'laptop', url: models.url, max_concurrent: 3 });
  const { items } = await client.submitBatch({ tasks: Array.from({ length: 40 }, (_, n) => chat(n)) });
  const ended = await Promise.all(items.map(({ id }) => client.waitTask(id, { timeoutMs: 20_000 })));
  expect(ended.map(({ state, attempts }) => [state, attempts])).toEqual(items.map(() => ['succeeded', 1]));
  expect([most, models.calls.length]).toEqual([3, 40]);
});

test('an agent that is removed hands its work back, which does not count, and its calls end [P9]', async () => {
  const { add, client, request } = await modelFleet();
  const [first, second] = [await talkingServer(slow), await talkingServer()];
  await add({ name: 'first', url: first.url });
  const { id } = await client.submitTask(chat());
  const call = await first.callAt(0);
  await add({ name: 'second', url: second.url });
  await request('DELETE', '/agents/first');
  await until(() => call.isGone());
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect((await client.listAttempts(id)).map(({ agent, outcome }) => [agent, outcome])).toEqual([
    ['first', 'released'],
    ['second', 'succeeded'],
  ]);
});

test('an agent whose address changes hands its work back and waits for approval', async () => {
  const { add, client, request } = await modelFleet();
  const [first, second] = [await talkingServer(slow), await talkingServer()];
  await add({ name: 'laptop', url: first.url });
  const { id } = await client.submitTask(chat());
  const call = await first.callAt(0);
  await request('PATCH', '/agents/laptop', { url: second.url });
  await until(() => call.isGone());
  await until(async () => (await client.getTask(id)).state === 'queued');
  await request('POST', '/agents/laptop/approve');
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('a lease that was taken away ends the call; nothing of it is kept', async () => {
  const { add, client, db } = await modelFleet({ env: { PUSH_LEASE_TTL_MS: '600' } });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  await db.query('update live_tasks set epoch = epoch + 1 where id = $1', [id]);
  await until(() => call.isGone(), { timeoutMs: 3000 });
  expect(await client.getTask(id)).toMatchObject({ state: 'running', epoch: 2 });
});

test('leases are renewed for as long as the model writes', async () => {
  const { add, client } = await modelFleet({
    env: { PUSH_LEASE_TTL_MS: '300', LEASE_GRACE_MS: '100', REAP_INTERVAL_MS: '50' },
  });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  setTimeout(() => call.end(), 1500);
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('a replica that stops lets its calls end, and takes nothing new', async () => {
  const { add, client, servers } = await modelFleet({ replicas: 2 });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  const stopping = Promise.all(servers.map(({ drain }) => drain()));
  call.say(' two');
  call.end();
  await stopping;
  await servers[0]!.start();
  expect(await client.getTask(id)).toMatchObject({ state: 'succeeded', attempts: 1, result: 'One two' });
});

test('a replica that is stopped at once hands its calls back, which does not count', async () => {
  const { add, client, servers } = await modelFleet({ replicas: 2 });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  models.onChat = (next) => next.answer('Hello world');
  await Promise.all(servers.map(({ stop }) => stop()));
  expect(call.isGone()).toBe(true);
  await servers[0]!.start();
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1, result: 'Hello world' });
});

test('a second signal hands back what was still allowed to run', async () => {
  const { add, client, servers } = await modelFleet({ replicas: 2 });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(chat());
  const call = await models.callAt(0);
  const draining = Promise.all(servers.map(({ drain }) => drain()));
  await until(async () => (await fetch(`${servers[0]!.url}/readyz`).catch(() => undefined))?.status !== 200);
  expect(call.isGone()).toBe(false);
  await Promise.all(servers.map(({ stop }) => stop()));
  await draining;
  expect(call.isGone()).toBe(true);
  models.onChat = (next) => next.answer('Hello world');
  await servers[0]!.start();
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1, result: 'Hello world' });
});
