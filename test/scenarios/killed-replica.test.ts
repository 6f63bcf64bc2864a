import { expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { talkingServer } from '../support/model-servers/talking-server.ts';
import { serveProcess } from '../support/serve-process.ts';
import { until } from '../support/until.ts';

/** As with the defaults, but a thirtieth of their length. */
const SHORT = { PUSH_LEASE_TTL_MS: '1000', LEASE_TTL_MS: '1000', LEASE_GRACE_MS: '100', REAP_INTERVAL_MS: '200' };

test('what a killed replica was calling goes on at another one within its lease, and the outcome is recorded once [P8] [G4]', async () => {
  const { url: DATABASE_URL } = await testDatabase();
  const models = await talkingServer({ onChat: (call) => call.say('One') });
  const serve = async () => {
    const { child, client } = await serveProcess({ DATABASE_URL, WHOOSH_LOG_LEVEL: 'silent', ...SHORT });
    return { child, client: await client({ timeoutMs: 60_000 }) };
  };
  const first = await serve();
  await first.client.addAgent({ kind: 'ollama', name: 'laptop', url: models.url, max_concurrent: 3 });
  await first.client.approveAgent('laptop');
  const ids: string[] = [];
  for (const title of ['one', 'two', 'three'])
    ids.push((await first.client.submitTask({ title, prompt: 'Hi', needs: { capabilities: ['chat'] } })).id);
  await until(() => models.calls.length === 3);
  const second = await serve();
  models.onChat = (call) => call.answer('Hello world');
  first.child.kill('SIGKILL');
  await until(() => models.calls.slice(0, 3).every((call) => call.isGone()));
  for (const id of ids) {
    const task = await second.client.waitTask(id, { timeoutMs: 15_000 });
    expect(task).toMatchObject({ state: 'succeeded', result: 'Hello world' });
    const outcomes = (await second.client.listAttempts(id)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['lost', 'succeeded']);
  }
});
