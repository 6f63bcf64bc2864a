import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServerProcess } from '../../bench/server-process.ts';
import { createClient } from '../../src/client/client.ts';
import { runnerFolder } from '../support/runner-folder.ts';
import { runnerProcess } from '../support/runner-process.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';
import { WHOOSH } from '../support/whoosh.ts';

/** Work that asks and makes its result of the answer. */
const PROMPT = `
answer=$('${process.execPath}' '${WHOOSH}' ask 'Which colour?' --option red --option blue) || exit 1
echo "\\"$answer\\"" > "$WHOOSH_RESULT_FILE"`;

const SHORT_LEASES = {
  LEASE_TTL_MS: '4000',
  PUSH_LEASE_TTL_MS: '4000',
  LEASE_GRACE_MS: '500',
  REAP_INTERVAL_MS: '200',
};

/** `whoosh serve` without a runner of its own. */
async function serve(dataDir: string, env: NodeJS.ProcessEnv = {}) {
  const server = await startServerProcess(dataDir, {
    WHOOSH_LOG_LEVEL: 'silent',
    WHOOSH_LOCAL_RUNNER: 'off',
    ...env,
  });
  onTestFinished(() => server.stop());
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  return { server, url: server.url, client: createClient({ url: server.url, key }) };
}

async function asked(env: NodeJS.ProcessEnv = {}) {
  const dataDir = await testFolder();
  const whoosh = await serve(dataDir, env);
  const folder = await runnerFolder();
  const runner = await runnerProcess(whoosh, 'laptop', { folder });
  const { id } = await whoosh.client.submitTask({ title: 'Paint', prompt: PROMPT, needs: { capabilities: ['shell'] } });
  const question = await pendingOf(whoosh);
  return { ...whoosh, dataDir, folder, runner, id, question };
}
type Whoosh = Awaited<ReturnType<typeof serve>>;

const pendingOf = ({ client }: Pick<Whoosh, 'client'>) =>
  until(async () => (await Array.fromAsync(client.listQuestions()))[0], { timeoutMs: 30_000 });
test('a question outlives SIGKILL of the server: answered after its restart, the same attempt goes on with the answer [Q3]', async () => {
  const { server, url, dataDir, id, question } = await asked();
  server.child.kill('SIGKILL');
  const again = await serve(dataDir, { WHOOSH_PORT: new URL(url).port });
  expect(await again.client.getTask(id)).toMatchObject({ state: 'running', awaiting_input: true });
  expect(await again.client.getQuestion(question.id)).toEqual(question);
  await again.client.answerQuestion(question.id, { option: 'blue' });
  expect(await again.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'blue', attempts: 1 });
});

test('a question outlives SIGKILL of the runner: the next attempt asks the same one, which is answered once [Q3]', async () => {
  const { client, url, folder, runner, id, question } = await asked(SHORT_LEASES);
  await runner.kill('SIGKILL');
  await client.answerQuestion(question.id, { option: 'red' });
  await runnerProcess({ client, url }, 'laptop', { folder });
  expect(await client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'red', attempts: 2 });
  expect((await Array.fromAsync(client.listQuestions({ state: 'answered' }))).map((one) => one.id)).toEqual([
    question.id,
  ]);
  expect(await Array.fromAsync(client.listQuestions())).toEqual([]);
});

test('the time in which a command waits for its answer is not taken from its limit', async () => {
  const whoosh = await serve(await testFolder());
  await runnerProcess(whoosh, 'laptop');
  const work = { title: 'Paint', prompt: PROMPT, needs: { capabilities: ['shell'] }, max_attempts: 1 };
  const { id } = await whoosh.client.submitTask({ ...work, attempt_timeout_ms: 5000 });
  const question = await pendingOf(whoosh);
  await until(() => Date.now() - Date.parse(question.asked_at) > 7000);
  await whoosh.client.answerQuestion(question.id, { option: 'red' });
  expect(await whoosh.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'red' });
  const slow = { ...work, prompt: 'sleep 60', attempt_timeout_ms: 500 };
  expect(await whoosh.client.waitTask((await whoosh.client.submitTask(slow)).id)).toMatchObject({
    state: 'failed',
    error: { code: 'attempt_timeout' },
  });
});
