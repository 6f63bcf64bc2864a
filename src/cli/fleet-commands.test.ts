import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';

test('agents are listed, shown, drained and resumed, by name or as runner/name', async () => {
  const server = await runningServer();
  await httpRunner(server, { name: 'laptop', agent: 'shell', capabilities: ['shell', 'git'] });
  await httpRunner(server, { name: 'desk', agent: 'shell' });
  const whoosh = (...args: string[]) => cli(['agent', ...args], { env: { WHOOSH_DATA_DIR: server.dataDir } });
  const { out } = await whoosh('list');
  expect(out).toMatch(/^laptop\/shell +command +online +0\/10 +\S.* shell,git$/m);
  expect((await whoosh('list', '--json')).json().items).toHaveLength(2);
  expect((await whoosh('drain', 'laptop/shell')).out).toBe('laptop/shell draining\n');
  expect((await whoosh('list')).out).toMatch(/^laptop\/shell +command +draining/m);
  expect((await whoosh('resume', 'laptop/shell')).out).toBe('laptop/shell online\n');
  expect((await whoosh('show', 'desk/shell')).out).toMatch(/^runner +desk \(/m);
  const ambiguous = await whoosh('show', 'shell');
  expect(ambiguous).toMatchObject({ exit: 1, err: expect.stringContaining('Several agents are named "shell"') });
  expect(await whoosh('remove', 'desk/shell')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('(invalid_state)'),
  });
});

test('a runner is enrolled by the command that enrol prints, listed and removed', async () => {
  const server = await runningServer();
  const whoosh = (...args: string[]) => cli(['runner', ...args], { env: { WHOOSH_DATA_DIR: server.dataDir } });
  const { out, err } = await whoosh('enrol', '--ttl', '10m');
  expect(out).toMatch(new RegExp(`^whoosh runner --server ${server.url} --token whe_\\S+\n$`));
  expect(err).toContain('is this machine only');
  expect((await whoosh('enrol', '--json')).json()).toMatchObject({ token: expect.stringMatching(/^whe_/) });
  await httpRunner(server, { name: 'laptop' });
  expect((await whoosh('list')).out).toMatch(/ laptop +online +1 /);
  expect((await whoosh('remove', 'laptop')).out).toBe('laptop removed\n');
  expect((await whoosh('list', '--json')).json()).toEqual({ items: [] });
  expect(await whoosh('remove', 'nobody')).toMatchObject({ exit: 1 });
});

test('a key is created for a role, works for what that may do, and no more once it is revoked', async () => {
  const server = await runningServer();
  const whoosh = (...args: string[]) => cli(args, { env: { WHOOSH_DATA_DIR: server.dataDir } });
  expect((await whoosh('project', 'create', 'blue', '--name', 'Blue', '--weight', '2')).out).toMatch(
    /^blue [0-9a-f-]{36}\n$/,
  );
  expect((await whoosh('project', 'list')).out).toMatch(/^blue +\S+ +2 +2 +\S.* Blue$/m);
  const { out, err } = await whoosh('key', 'create', 'ci', '--role', 'viewer', '--project', 'blue', '--ttl', '1d');
  expect(out).toMatch(/^whk_\S+\n$/);
  expect(err).toContain('with the role viewer, valid until');
  const asCi = (...args: string[]) => cli(args, { env: { WHOOSH_URL: server.url, WHOOSH_API_KEY: out.trim() } });
  expect((await asCi('project', 'list', '--json')).json().items).toMatchObject([{ slug: 'blue' }]);
  expect(await asCi('task', 'submit', 'x')).toMatchObject({ exit: 1, err: expect.stringContaining('(forbidden)') });
  const id = (await whoosh('key', 'list', '--json'))
    .json()
    .items.find(({ name }: { name: string }) => name === 'ci').id;
  expect((await whoosh('key', 'rotate', id)).out).toMatch(/^whk_\S+\n$/);
  expect((await whoosh('key', 'revoke', id)).out).toBe(`key ${id} revoked\n`);
  expect((await whoosh('key', 'list')).out).toMatch(new RegExp(`^${id} +viewer .* revoked`, 'm'));
});

test('the admin key of the data folder is sent to the server of that folder only', async () => {
  const [here, there] = [await runningServer(), await runningServer()];
  const env = { WHOOSH_DATA_DIR: here.dataDir };
  expect(await cli(['project', 'list'], { env })).toMatchObject({ exit: 0 });
  const other = await cli(['project', 'list', '--server', there.url], { env });
  expect(other).toMatchObject({
    exit: 1,
    err: expect.stringContaining('has no Authorization header. (unauthenticated)'),
  });
  expect(await cli(['project', 'list', '--server', there.url, '--key', there.key], { env })).toMatchObject({ exit: 0 });
});
