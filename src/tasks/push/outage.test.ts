import { expect, test } from 'vitest';
import { modelFleet } from '../../../test/support/model-fleet.ts';
import { talkingServer } from '../../../test/support/model-servers/talking-server.ts';
import { until } from '../../../test/support/until.ts';

const CHAT = { title: 'Hi', prompt: 'Hi', backoff_base_ms: 0, needs: { capabilities: ['chat'] } };
const slow = { onChat: (call: { say(text: string): void }) => call.say('One') };

test('a short outage of the database interrupts no call, and nothing of its answer is lost', async () => {
  const { add, client, server, proxy, logOf } = await modelFleet();
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(CHAT);
  const call = await models.callAt(0);
  await until(async () => (await logOf(id)) === 'One');
  proxy.down();
  call.say(' two');
  call.say(' three');
  call.end();
  // Until the server has met the outage.
  await until(async () => (await fetch(`${server.url}/readyz`)).status === 503);
  proxy.up();
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1, result: 'One two three' });
  expect(await logOf(id)).toBe('One two three');
});

test('a database that is away for longer than a lease ends the calls: others may have the work by then', async () => {
  const env = { PUSH_LEASE_TTL_MS: '600', LEASE_TTL_MS: '600', LEASE_GRACE_MS: '100', REAP_INTERVAL_MS: '100' };
  const { add, client, proxy } = await modelFleet({ env });
  const models = await talkingServer(slow);
  await add({ name: 'laptop', url: models.url });
  const { id } = await client.submitTask(CHAT);
  const call = await models.callAt(0);
  models.onChat = (next) => next.answer('Hello world');
  proxy.down();
  await until(() => call.isGone(), { timeoutMs: 5000 });
  proxy.up();
  expect(await client.waitTask(id, { timeoutMs: 20_000 })).toMatchObject({ state: 'succeeded', result: 'Hello world' });
  expect((await client.listAttempts(id)).map(({ outcome }) => outcome)).toEqual(['lost', 'succeeded']);
});
