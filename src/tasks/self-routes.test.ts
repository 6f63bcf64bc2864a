import { expect, test } from 'vitest';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { until } from '../../test/support/until.ts';
import { createClient } from '../client/client.ts';
import type { SubmitTask } from '../client/task-calls.ts';

async function scene(task: Partial<SubmitTask> = {}) {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'Whole', ...task });
  const grant = await runner.begin();
  const as = (key: string) => createClient({ url: server.url, key, retryForMs: 0 });
  return { server, client: server.client, runner, id, grant, attempt: as(grant.token), as };
}
const codeOf = (asked: Promise<unknown>) =>
  asked.then(
    () => 'accepted',
    ({ code }) => code,
  );

test('the token of an attempt is good for what the attempt itself may do, and dies with its lease [AT1]', async () => {
  const { client, runner, grant, id, attempt } = await scene();
  expect(await attempt.showOwnAttempt()).toEqual({
    task_id: id,
    epoch: 1,
    project_id: grant.project_id,
    awaiting_input: false,
    awaited_ms: 0,
    cancel_requested: false,
  });
  const { id: question } = await attempt.askQuestion({ title: 'Sure?' });
  await attempt.reportProgress({ percent: 10, text: 'begun' });
  expect((await attempt.getTask(id)).progress).toEqual({ percent: 10, text: 'begun' });
  expect(await attempt.showOwnAttempt()).toMatchObject({ awaiting_input: true, awaited_ms: expect.any(Number) });
  const other = await client.submitTask({ title: 'Another', requires_approval: true });
  const refused = {
    approve: await codeOf(attempt.approveTask(other.id)),
    'approve its own': await codeOf(attempt.approveTask(id)),
    'answer itself': await codeOf(attempt.answerQuestion(question, { text: 'yes' })),
    'dismiss its own question': await codeOf(attempt.dismissQuestion(question)),
    'read the inbox': await codeOf(Array.fromAsync(attempt.listQuestions())),
    'send itself a message': await codeOf(attempt.sendMessage(id, 'x')),
    'cancel itself': await codeOf(attempt.cancelTask(id)),
    'change the project': await codeOf(attempt.updateProject('default', { requires_approval: false })),
    'see another task': await codeOf(attempt.getTask(other.id)),
    'cancel another task': await codeOf(attempt.cancelTask(other.id)),
    'follow another task': await codeOf(attempt.waitTask(other.id)),
  };
  const missing = ['see another task', 'cancel another task', 'follow another task'];
  for (const [what, code] of Object.entries(refused)) {
    expect([what, code]).toEqual([what, missing.includes(what) ? 'not_found' : 'forbidden']);
  }
  await runner.complete(grant);
  for (const asked of [
    () => attempt.showOwnAttempt(),
    () => attempt.askQuestion({ title: 'x' }),
    () => attempt.reportProgress({ percent: 1 }),
    () => attempt.takeMessages(),
    () => attempt.submitTask({ title: 'x' }),
    () => attempt.getTask(id),
  ]) {
    expect(await codeOf(asked())).toBe('unauthenticated');
  }
});

test('an attempt reads, waits for and cancels its sub-tasks', async () => {
  const { client, runner, id, attempt } = await scene({ priority: 2 });
  const part = await attempt.submitTask({ title: 'Part', priority: 9 });
  expect(part).toMatchObject({ parent_id: id, depth: 1, priority: 2 });
  const second = await attempt.submitBatch({ tasks: [{ title: 'Second' }, { title: 'Third' }] });
  const listed = await Array.fromAsync(attempt.listTasks());
  expect(listed.map(({ title }) => title)).toEqual(['Third', 'Second', 'Part']);
  expect(await Array.fromAsync(attempt.listTasks({ parent: id }))).toEqual(listed);
  expect(await codeOf(Array.fromAsync(attempt.listTasks({ parent: part.id })))).toBe('forbidden');
  const waiting = attempt.waitTask(part.id);
  const grant = await runner.begin();
  await runner.log(grant, 'hello\n', 0);
  await runner.upload(grant, 'a.txt', 'A');
  await runner.complete(grant, 42);
  expect(await waiting).toMatchObject({ id: part.id, state: 'succeeded', result: 42 });
  expect((await Array.fromAsync(attempt.readLog(part.id))).map(({ text }) => text)).toEqual(['hello\n']);
  expect((await attempt.listArtifacts(part.id)).map(({ name }) => name)).toEqual(['a.txt']);
  expect(await attempt.cancelTask(second.items[0]!.id)).toMatchObject({ state: 'cancelled' });
  expect(await client.getTask(second.items[1]!.id)).toMatchObject({ state: 'queued' });
  expect(await codeOf(attempt.submitTask({ title: 'x', project: 'elsewhere' }))).toBe('not_found');
});

test('what a person says reaches the attempt at once, and counts as taken', async () => {
  const { client, runner, id, grant, attempt } = await scene();
  expect(await attempt.takeMessages()).toEqual([]);
  const waiting = attempt.takeMessages({ waitMs: 20_000 });
  const sent = await client.sendMessage(id, 'Use tabs.');
  expect(sent).toMatchObject({ seq: 1, text: 'Use tabs.', taken_by: null });
  expect(await waiting).toEqual([{ ...sent, taken_by: 1 }]);
  await client.sendMessage(id, 'And short names.');
  expect((await attempt.takeMessages({ after: 1 })).map(({ seq }) => seq)).toEqual([2]);
  expect((await attempt.takeMessages({ after: 1 })).map(({ seq }) => seq)).toEqual([2]);
  expect((await Array.fromAsync(client.listMessages(id))).map(({ taken_by }) => taken_by)).toEqual([1, 1]);
  await runner.complete(grant);
  expect(await codeOf(client.sendMessage(id, 'Too late.'))).toBe('invalid_state');
});

test('100 messages may wait to be taken', async () => {
  const { client, id, attempt } = await scene();
  for (let n = 1; n <= 100; n++) await client.sendMessage(id, `${n}`);
  expect(await codeOf(client.sendMessage(id, 'one more'))).toBe('messages_full');
  expect(await attempt.takeMessages()).toHaveLength(20);
  await client.sendMessage(id, 'one more');
  const all = await Array.fromAsync(client.listMessages(id));
  expect(all.map(({ text }) => text)).toEqual([...Array.from({ length: 100 }, (_, n) => `${n + 1}`), 'one more']);
});

test('an attempt that says all the time how far it is makes an event a second [AT3]', async () => {
  const { client, id, attempt } = await scene();
  const seen: unknown[] = [];
  const over = new AbortController();
  const following = (async () => {
    for await (const event of client.followTask(id, { signal: over.signal })) {
      if (event.type === 'task.progress') seen.push(event.data);
    }
  })().catch(() => {});
  for (let percent = 0; percent <= 40; percent++) await attempt.reportProgress({ percent });
  expect((await client.getTask(id)).progress).toEqual({ percent: 40, text: null });
  await until(() => seen.length > 0);
  expect(seen.length).toBeLessThan(10);
  over.abort();
  await following;
});
