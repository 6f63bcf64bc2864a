import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, type Ran } from '../../test/support/cli.ts';
import { modelServer } from '../../test/support/model-servers/model-server.ts';
import { type RunningServer, runningServer } from '../../test/support/running-server.ts';
import { testFolder } from '../../test/support/test-folder.ts';

type Settings = Parameters<typeof cli>[1];

const agentOf =
  (server: RunningServer) =>
  (...args: string[]): Promise<Ran> =>
    cli(['agent', ...args], { env: { WHOOSH_DATA_DIR: server.dataDir } });

async function fleet(models?: string[]) {
  const [server, ollama] = await Promise.all([runningServer(), modelServer(models ? { models } : {})]);
  const key = (role: string, settings: Settings = {}) =>
    cli(['key', 'create', role, '--role', role], { ...settings, env: { WHOOSH_DATA_DIR: server.dataDir } });
  const add = (...more: string[]) => agentOf(server)('add', 'ollama', '--url', ollama.url, '--name', 'laptop', ...more);
  return { server, ollama, key, add, whoosh: agentOf(server) };
}

test('adding a model server approves it, and shows what it offers and what to do next', async () => {
  const { ollama, add, whoosh } = await fleet(['llama3.2:3b', 'qwen3:8b']);
  const { exit, out, err } = await add('--capability', 'fast,near', '--label', 'zone=eu', '--max-concurrent', '2');
  expect(exit).toBe(0);
  const [first, headings, ...models] = out.trimEnd().split('\n');
  expect(first).toBe(`laptop online: ollama 0.12.6 at ${ollama.url}, 2 calls at once`);
  expect(headings).toMatch(/^MODEL +CAPABILITIES +CONTEXT +SIZE +PARAMETERS +QUANTISATION +LOADED$/);
  expect(models.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ['llama3.2:3b', 'chat'],
    ['qwen3:8b', 'chat'],
  ]);
  expect(err).toBe('Next: whoosh task submit "Say hello." --needs chat --wait\n');
  expect((await whoosh('list')).out).toMatch(/^laptop +ollama +online +0\/2 .* chat,fast,near,llama3.2:3b,qwen3:8b$/m);
  const shown = (await whoosh('show', 'laptop')).out;
  expect(shown).toMatch(/^labels +zone=eu$/m);
  expect(shown).toContain(ollama.url);
  expect(shown).not.toContain('runner');
  expect((await whoosh('models', 'laptop', '--json')).json().items).toHaveLength(2);
  expect(await add('--capability', 'fast,near', '--label', 'zone=eu', '--max-concurrent', '2')).toMatchObject({
    exit: 0,
  });
  expect(await add()).toMatchObject({ exit: 1, err: expect.stringContaining('(name_taken)') });
});

test('left pending, or added by a developer, it is not contacted until an admin approves it', async () => {
  const { server, ollama, key, add, whoosh } = await fleet();
  expect(await add('--no-approve')).toMatchObject({
    out: expect.stringMatching(/^laptop pending: ollama at /),
    err: 'Nothing is contacted before an admin approves it: whoosh agent approve laptop\n',
  });
  expect((await whoosh('list')).out).toMatch(
    /^laptop +ollama +pending .* waits for approval: whoosh agent approve laptop$/m,
  );
  const env = { WHOOSH_URL: server.url, WHOOSH_API_KEY: (await key('developer')).out.trim() };
  const mine = await cli(['agent', 'add', 'ollama', '--url', ollama.url, '--name', 'mine'], { env });
  expect(mine).toMatchObject({ exit: 0, out: expect.stringContaining('mine pending') });
  expect(ollama.asked).toEqual([]);
  expect((await whoosh('approve', 'laptop')).out).toContain('laptop online');
});

test('one that does not answer is added, and the reason is told', async () => {
  const { ollama, add, whoosh } = await fleet();
  ollama.mood = 'refusing';
  const added = await add();
  expect(added).toMatchObject({ exit: 0, out: expect.stringContaining('laptop offline: ') });
  expect(added.err).toContain('whoosh agent probe laptop');
  ollama.mood = 'well';
  expect((await whoosh('probe', 'laptop')).out).toContain('laptop online');
});

test('a key comes from a file or standard input, and is never printed', async () => {
  const { server, ollama } = await fleet();
  const folder = await testFolder();
  await writeFile(join(folder, 'key'), 'sk-hunter2\n');
  const run = (args: string[], settings: Settings = {}) =>
    cli(['agent', ...args], { cwd: folder, env: { WHOOSH_DATA_DIR: server.dataDir }, ...settings });
  const wish = ['add', 'ollama', '--url', ollama.url, '--name', 'laptop', '--key-file'];
  const ran = [
    await run([...wish, 'key']),
    await run(['show', 'laptop']),
    await run(['update', 'laptop', '--key-file', '-'], { stdin: 'sk-hunter2-b\n' }),
    await run(['show', 'laptop', '--json']),
  ];
  expect(ran.map(({ exit }) => exit)).toEqual([0, 0, 0, 0]);
  expect(ran[1]!.out).toMatch(/^key +given$/m);
  const sent = new Set(ollama.asked.map(({ headers }) => headers.authorization));
  expect([...sent]).toEqual(['Bearer sk-hunter2', 'Bearer sk-hunter2-b']);
  expect(JSON.stringify(ran)).not.toContain('hunter2');
  expect(await run([...wish, 'absent'])).toMatchObject({ exit: 2, err: expect.stringContaining('ENOENT') });
  expect(await run([...wish, '-'])).toMatchObject({ exit: 2, err: expect.stringContaining('there is no key') });
});

test('another address makes it pending again; prices and the name are changed in place', async () => {
  const { add, whoosh } = await fleet();
  const other = await modelServer();
  await add();
  expect((await whoosh('update', 'laptop', '--name', 'desk', '--price', 'llama3.2:3b=0.1/0.4')).out).toContain(
    'desk online',
  );
  expect((await whoosh('show', 'desk')).out).toMatch(/^prices +llama3.2:3b 0.1\/0.4 USD$/m);
  expect((await whoosh('update', 'desk', '--url', other.url)).out).toContain('desk pending');
  expect(await whoosh('update', 'desk')).toMatchObject({ exit: 1, err: expect.stringContaining('at least one field') });
  expect(await whoosh('update', 'desk', '--price', 'x=1')).toMatchObject({ exit: 2 });
  expect(await whoosh('unpark', 'desk')).toMatchObject({ exit: 0, out: 'desk pending\n' });
  expect((await whoosh('remove', 'desk')).out).toBe('desk removed\n');
});

test('doctor says what to do about model servers that are pending or offline', async () => {
  const { server, ollama, add } = await fleet();
  await add();
  const env = { WHOOSH_DATA_DIR: server.dataDir };
  const well = (await cli(['doctor'], { env })).out;
  expect(well).toMatch(/agents +1 of 1 online: laptop/);
  expect(well).toContain('model servers do without');
  await agentOf(server)('add', 'ollama', '--url', ollama.url, '--name', 'waits', '--no-approve');
  const away = ['add', 'openai', '--url', 'http://127.0.0.1:1', '--name', 'away'];
  await agentOf(server)(...away);
  const { out } = await cli(['doctor'], { env });
  expect(out).toContain('whoosh agent approve waits');
  expect(out).toMatch(/away is offline: No connection to 127\.0\.0\.1:1/);
});
