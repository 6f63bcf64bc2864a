import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { modelFleet } from '../../test/support/model-fleet.ts';
import { talkingServer } from '../../test/support/model-servers/talking-server.ts';
import { testFolder } from '../../test/support/test-folder.ts';

async function given(settings: Parameters<typeof talkingServer>[0] = {}) {
  const { add, server, client } = await modelFleet();
  const models = await talkingServer(settings);
  await add({ name: 'laptop', url: models.url });
  const env = { WHOOSH_URL: server.url, WHOOSH_API_KEY: server.key };
  const whoosh = (args: string[], more: Parameters<typeof cli>[1] = {}) =>
    cli(['task', 'submit', ...args, '--wait'], { env, ...more });
  return { models, whoosh, client, env };
}

test('an answer streams to standard output as it comes, and is printed once, with a line break at its end', async () => {
  const { models, whoosh } = await given({ onChat: (call) => call.say('Hello') });
  const { promise: streamed, resolve } = Promise.withResolvers<void>();
  const asked = whoosh(['Say hello.', '--needs', 'chat'], { onOutput: (text) => text === 'Hello' && resolve() });
  const call = await models.callAt(0);
  await streamed;
  call.say(' world');
  call.end();
  expect(await asked).toMatchObject({ exit: 0, out: 'Hello world\n', err: expect.stringContaining('succeeded') });
});

test('a task shows which model did it and what that took', async () => {
  const { whoosh, client, env } = await given();
  await whoosh(['Say hello.', '--needs', 'chat']);
  const [task] = await Array.fromAsync(client.listTasks());
  const { out } = await cli(['task', 'show', task!.id], { env });
  expect(out).toMatch(/ laptop .* succeeded .*llama3\.2:3b, 26 tokens in, 298 out, [\d.]+\/s/);
});

test('on a terminal what WHOOSH says begins on a line of its own', async () => {
  const { whoosh } = await given();
  const shown: string[] = [];
  await whoosh(['Say hello.', '--needs', 'chat'], { terminal: true, onOutput: (text) => shown.push(text) });
  const screen = shown.join('');
  expect(screen).toContain('Hello world\n');
  expect(screen.match(/Hello world/g)).toHaveLength(1);
});

test('JSON that the model wrote is the result, and printed once', async () => {
  const { whoosh, models } = await given({ onChat: (call) => call.answer('{"n": 4}') });
  const { out } = await whoosh(['2 + 2?', '--result-schema', '{"type":"object"}', '--temperature', '0', '--repair']);
  expect(out).toBe('{"n": 4}\n');
  expect(models.calls[0]!.body).toMatchObject({ format: { type: 'object' }, options: { temperature: 0 } });
});

test('system text, images and the longest answer reach the model', async () => {
  const { whoosh, models } = await given();
  const folder = await testFolder();
  await writeFile(join(folder, 'system.md'), 'Be short.');
  await writeFile(join(folder, 'dot.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
  const args = ['What is it?', '--system', '@system.md', '--image', 'dot.png', '--max-tokens', '9'];
  expect(await whoosh(args, { cwd: folder })).toMatchObject({ exit: 0 });
  expect(models.calls[0]!.body).toMatchObject({
    messages: [
      { role: 'system', content: 'Be short.' },
      { role: 'user', content: 'What is it?', images: ['iVBORw0KGgoA'] },
    ],
    options: { num_predict: 9 },
  });
});

test('texts are embedded', async () => {
  const { whoosh } = await given({ models: ['nomic-embed'] });
  const ran = await whoosh(['--embed', 'one', '--embed', 'two']);
  expect(ran.json()).toEqual({
    embeddings: [
      [0, 0.5],
      [1, 0.5],
    ],
  });
});

test('what is no image is refused before anything is sent', async () => {
  const { whoosh, client } = await given();
  const folder = await testFolder();
  await writeFile(join(folder, 'dot.png'), 'not an image');
  const ran = await whoosh(['What is it?', '--image', 'dot.png'], { cwd: folder });
  expect(ran).toMatchObject({ exit: 2, err: expect.stringContaining('dot.png is no PNG, JPEG, WebP or GIF') });
  expect(await Array.fromAsync(client.listTasks())).toEqual([]);
});
