import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServerProcess } from '../../bench/server-process.ts';
import { createClient } from '../../src/client/client.ts';
import { testDatabase } from '../support/database.ts';
import { talkingServer } from '../support/model-servers/talking-server.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

/** As with the defaults, but a thirtieth of their length. */
const SHORT = { PUSH_LEASE_TTL_MS: '1000', LEASE_TTL_MS: '1000', LEASE_GRACE_MS: '100', REAP_INTERVAL_MS: '200' };

test('what a killed replica was calling goes on at another one within its lease, and the outcome is recorded once [P8] [G4]', async () => {
  const { url: DATABASE_URL } = await testDatabase();
  const models = await talkingServer({ onChat: (call) => call.say('One') });
  const serve = async () => {
    const dataDir = await testFolder();
    const env = { DATABASE_URL, WHOOSH_LOCAL_RUNNER: 'off', WHOOSH_LOG_LEVEL: 'silent', ...SHORT };
    const server = await startServerProcess(dataDir, env);
    onTestFinished(() => server.stop());
    const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
    return { server, key, client: createClient({ url: server.url, key }) };
  };
  const first = await serve();
  await add(first.server.url, first.key, models.url);
  const ids: string[] = [];
  for (const title of ['one', 'two', 'three'])
    ids.push((await first.client.submitTask({ title, prompt: 'Hi', needs: { capabilities: ['chat'] } })).id);
  await until(() => models.calls.length === 3);
  const second = await serve();
  models.onChat = (call) => call.answer('Hello world');
  first.server.child.kill('SIGKILL');
  await until(() => models.calls.slice(0, 3).every((call) => call.isGone()));
  for (const id of ids) {
    const task = await second.client.waitTask(id, { timeoutMs: 15_000 });
    expect(task).toMatchObject({ state: 'succeeded', result: 'Hello world' });
    const outcomes = (await second.client.listAttempts(id)).map(({ outcome }) => outcome);
    expect(outcomes).toEqual(['lost', 'succeeded']);
  }
});

async function add(server: string, key: string, url: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ kind: 'ollama', name: 'laptop', url, max_concurrent: 3 });
  await fetch(`${server}/api/v1/agents`, { method: 'POST', headers, body });
  await fetch(`${server}/api/v1/agents/laptop/approve`, {
    method: 'POST',
    headers: { authorization: headers.authorization },
  });
}
