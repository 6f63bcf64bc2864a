import { expect, test } from 'vitest';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { createClient } from '../client/client.ts';
import type { WhooshError } from '../client/whoosh-error.ts';

async function scene() {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'It' });
  const grant = await runner.begin();
  const as = (key: string) => createClient({ url: server.url, key, retryForMs: 0 });
  const key = async (role: 'admin' | 'developer' | 'viewer', project?: string) =>
    as((await server.client.createKey({ name: role, role, ...(project && { project }) })).secret);
  return { server, client: server.client, id, attempt: as(grant.token), key };
}
const refusal = (asked: Promise<unknown>): Promise<WhooshError> =>
  asked.then(
    () => {
      throw new Error('It was accepted');
    },
    (error) => error,
  );

test('a developer answers, a viewer only reads, and a key of another project finds nothing', async () => {
  const { client, attempt, key } = await scene();
  await client.createProject({ slug: 'other' });
  const question = await attempt.askQuestion({ title: 'Sure?' });
  const [developer, viewer, stranger] = [await key('developer'), await key('viewer'), await key('admin', 'other')];
  expect(await viewer.getQuestion(question.id)).toEqual(question);
  expect((await refusal(viewer.answerQuestion(question.id, { text: 'yes' }))).code).toBe('forbidden');
  expect((await refusal(viewer.dismissQuestion(question.id))).code).toBe('forbidden');
  expect(await Array.fromAsync(stranger.listQuestions())).toEqual([]);
  for (const asked of [
    () => stranger.getQuestion(question.id),
    () => stranger.answerQuestion(question.id, { text: 'yes' }),
    () => stranger.dismissQuestion(question.id),
    () => Array.fromAsync(stranger.listQuestions({ project: 'default' })),
    () => stranger.approveTask(question.task_id),
    () => stranger.sendMessage(question.task_id, 'x'),
    () => stranger.continueTask(question.task_id, { prompt: 'x' }),
  ]) {
    expect((await refusal(asked())).code).toBe('not_found');
  }
  expect(await developer.answerQuestion(question.id, { text: 'yes' })).toMatchObject({ state: 'answered' });
  expect((await refusal(developer.approveTask(question.task_id))).code).toBe('forbidden');
  expect((await attempt.waitForAnswer(question.id)).answer).toEqual({ text: 'yes' });
});

test('an attempt waits only for questions of its own task', async () => {
  const { server, client, attempt } = await scene();
  await client.submitTask({ title: 'Another' });
  const other = createClient({
    url: server.url,
    key: (await (await httpRunner(server, { name: 'two' })).begin()).token,
  });
  const { id } = await other.askQuestion({ title: 'Mine' });
  expect((await refusal(attempt.waitForAnswer(id))).code).toBe('not_found');
});

test('the list comes in pages, and bad questions and answers are refused by name', async () => {
  const { client, attempt } = await scene();
  const asked: string[] = [];
  for (let n = 0; n < 5; n++) asked.push((await attempt.askQuestion({ title: `Q${n}` })).id);
  expect((await Array.fromAsync(client.listQuestions({ limit: 2 }))).map(({ id }) => id)).toEqual(asked);
  const bad: [() => Promise<unknown>, string][] = [
    [() => attempt.askQuestion({ title: '' }), 'title'],
    [() => attempt.askQuestion({ title: 'x', expires_in_ms: 5 }), 'expires_in_ms'],
    [() => attempt.askQuestion({ title: 'x', options: [{ id: '', name: 'x' }] }), 'options.0.id'],
    [() => client.answerQuestion(asked[0]!, {}), 'body'],
    [() => client.answerQuestion(asked[0]!, { option: 'x' }), 'option'],
    [() => client.answerQuestion(asked[0]!, { text: '' }), 'text'],
    [() => attempt.reportProgress({ percent: 101 }), 'percent'],
  ];
  for (const [call, path] of bad) {
    const { code, errors } = await refusal(call());
    expect([code, errors[0]?.path]).toEqual(['invalid_request', path]);
  }
});

test('NUL and half characters in a question are stored as replacement characters', async () => {
  const { client, attempt } = await scene();
  const { id } = await attempt.askQuestion({ title: 'a\0b', detail: '\ud800' });
  expect(await client.getQuestion(id)).toMatchObject({ title: 'a\ufffdb', detail: '\ufffd' });
  expect(await client.answerQuestion(id, { text: '\0' })).toMatchObject({ answer: { text: '\ufffd' } });
});

test('a wait ends when the server stops, and goes on with the next one', async () => {
  const { server, client, attempt } = await scene();
  const { id } = await attempt.askQuestion({ title: 'Sure?' });
  const waiting = attempt.waitForAnswer(id);
  await server.stop();
  await server.start();
  await client.answerQuestion(id, { text: 'yes' });
  expect(await waiting).toMatchObject({ state: 'answered', answer: { text: 'yes' } });
});
