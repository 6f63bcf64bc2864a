import { expect, test } from 'vitest';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { until } from '../../test/support/until.ts';
import { createClient } from './client.ts';

const SHELL = { needs: { capabilities: ['shell'] } };

test('a task is submitted, done by a runner, waited for and read', async () => {
  const server = await runningServer();
  const { client } = server;
  const runner = await httpRunner(server);
  const { id } = await client.submitTask({ title: 'say hello', prompt: 'hello', input: { a: [1, null] }, ...SHELL });
  const waiting = client.waitTask(id);
  const grant = await runner.begin();
  expect(grant).toMatchObject({ task_id: id, prompt: 'hello', input: { a: [1, null] } });
  await runner.complete(grant, { said: 'hello' });
  expect(await waiting).toMatchObject({ id, state: 'succeeded', result: { said: 'hello' }, error: null });
  expect(await client.listAttempts(id)).toMatchObject([{ epoch: 1, outcome: 'succeeded', agent: 'shell' }]);
  expect(await client.whyTask(id)).toMatchObject({ state: 'succeeded', summary: 'It has succeeded.' });
  await expect(client.cancelTask(id)).rejects.toMatchObject({
    name: 'WhooshError',
    code: 'invalid_state',
    status: 409,
  });
});

test('a submit whose answer is lost is repeated and makes one task [G7]', async () => {
  const { client, url, key } = await runningServer();
  let lost = 0;
  const forgetful: typeof fetch = async (...call) => {
    const answer = await fetch(...call);
    if (lost++ > 1) return answer;
    throw Object.assign(new TypeError('fetch failed'), { cause: new Error('reset on purpose') });
  };
  const task = { title: 'once', allow_unsatisfiable: true };
  const { id } = await createClient({ url, key, fetch: forgetful }).submitTask(task);
  expect(lost).toBe(3);
  expect(await Array.fromAsync(client.listTasks())).toMatchObject([{ id }]);
});

test('the same idempotency key gives the same task, and another body with it is refused', async () => {
  const { client } = await runningServer();
  const task = { title: 'once', allow_unsatisfiable: true };
  const [one, other] = [
    await client.submitTask(task, { idempotencyKey: 'a' }),
    await client.submitTask(task, { idempotencyKey: 'a' }),
  ];
  expect(other).toEqual(one);
  await expect(client.submitTask({ ...task, priority: 9 }, { idempotencyKey: 'a' })).rejects.toMatchObject({
    code: 'idempotency_key_reused',
  });
});

test('a list is read over all its pages', async () => {
  const { client } = await runningServer();
  const tasks = Array.from({ length: 7 }, (_, n) => ({ title: `task ${n}`, allow_unsatisfiable: true }));
  const { items } = await client.submitBatch({ tasks });
  const listed = await Array.fromAsync(client.listTasks({ limit: 3 }), ({ title }) => title);
  expect(listed).toEqual(items.map(({ title }) => title).reverse());
});

test('a refusal names the field, and what cannot be satisfied is refused', async () => {
  const { client } = await runningServer();
  await expect(client.submitTask({ title: '', priority: 10 })).rejects.toMatchObject({
    code: 'invalid_request',
    errors: [expect.objectContaining({ path: 'title' }), expect.objectContaining({ path: 'priority' })],
  });
  await expect(client.submitTask({ title: 'a', ...SHELL })).rejects.toMatchObject({ code: 'unsatisfiable' });
  await expect(createClient({ url: 'http://127.0.0.1:1', retryForMs: 0 }).listRunners()).rejects.toMatchObject({
    code: 'unreachable',
  });
});

test('a failed task is asked for again as a new one', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'a', ...SHELL });
  await runner.fail(await runner.begin(), 'it broke');
  await server.client.waitTask(id);
  expect(await server.client.retryTask(id)).toMatchObject({ retried_from: id, state: 'queued', title: 'a' });
});

test('an artifact is uploaded by its runner and downloaded as it is', async () => {
  const server = await runningServer();
  const { client } = server;
  const runner = await httpRunner(server);
  const { id } = await client.submitTask({ title: 'a', ...SHELL });
  const content = 'ä\0\u{1f600}'.repeat(100_000);
  const grant = await runner.begin();
  const { id: artifactId, sha256 } = await runner.upload(grant, 'a file.txt', content);
  expect(await client.listArtifacts(id)).toMatchObject([{ id: artifactId, name: 'a file.txt', sha256 }]);
  const stream = await client.downloadArtifact(id, artifactId);
  expect((await new Response(stream).text()) === content).toBe(true);
  await expect(client.downloadArtifact(id, id)).rejects.toMatchObject({ code: 'not_found' });
});

test('keys, projects, runners and agents are managed', async () => {
  const server = await runningServer();
  const { client } = server;
  const { id: project_id } = await client.createProject({ slug: 'blue' });
  const { id, secret } = await client.createKey({ name: 'ci', role: 'viewer', project: 'blue' });
  const viewer = createClient({ url: server.url, key: secret });
  expect(await viewer.listProjects()).toMatchObject([{ id: project_id, slug: 'blue' }]);
  await expect(viewer.createProject({ slug: 'red' })).rejects.toMatchObject({ code: 'forbidden' });
  await client.revokeKey(id);
  await until(() =>
    viewer.listProjects().then(
      () => false,
      ({ code }) => code === 'unauthenticated',
    ),
  );
  await httpRunner(server, { name: 'laptop' });
  expect(await client.listRunners()).toMatchObject([{ name: 'laptop', online: true, agents: 1 }]);
  expect(await client.drainAgent('shell')).toMatchObject({ status: 'draining' });
  expect(await client.resumeAgent('shell')).toMatchObject({ status: 'online' });
  expect(await client.listAgents()).toMatchObject([{ name: 'shell', used: 0 }]);
});

test('an unknown field, path or filter does not compile [A1]', () => {
  const client = createClient({ url: 'http://127.0.0.1:1' });
  const wrong = () => [
    // @ts-expect-error: no such field
    client.submitTask({ title: 'a', promt: 'b' }),
    // @ts-expect-error: title is missing
    client.submitTask({ prompt: 'b' }),
    // @ts-expect-error: needs are spelled otherwise
    client.submitTask({ title: 'a', needs: { capability: ['shell'] } }),
    // @ts-expect-error: a number
    client.submitTask({ title: 'a', priority: 'high' }),
    // @ts-expect-error: no such state
    client.listTasks({ state: 'done' }),
    // @ts-expect-error: no such role
    client.createKey({ name: 'a', role: 'root' }),
    // @ts-expect-error: no such field in an answer
    client.getTask('a').then(({ status }) => status),
  ];
  expect(wrong).toBeTypeOf('function');
});
