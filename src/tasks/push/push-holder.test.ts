import { expect, test } from 'vitest';
import { talkingServer } from '../../../test/support/model-servers/talking-server.ts';
import { runningServer } from '../../../test/support/running-server.ts';

test('a prompt is answered by a model server: tokens in the log, the text as the result, and what it took', async () => {
  const server = await runningServer();
  const models = await talkingServer();
  const post = async (path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/v1${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${server.key}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  await post('/agents', { kind: 'ollama', name: 'laptop', url: models.url });
  expect(await post('/agents/laptop/approve')).toMatchObject({ status: 'online' });
  const { id } = await server.client.submitTask({
    title: 'Greet',
    prompt: 'Say hello.',
    needs: { capabilities: ['chat'] },
  });
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'Hello world', attempts: 1 });
  const log = await Array.fromAsync(server.client.readLog(id));
  expect(log.map(({ text }) => text).join('')).toBe('Hello world');
  expect(await server.client.listAttempts(id)).toMatchObject([
    {
      agent: 'laptop',
      runner: null,
      outcome: 'succeeded',
      usage: { model: 'llama3.2:3b', finish_reason: 'stop', input_tokens: 26, output_tokens: 298 },
    },
  ]);
});
