import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { makeCertificate } from '../../test/support/certificate.ts';
import { cli } from '../../test/support/cli.ts';
import { testFolder } from '../../test/support/test-folder.ts';

test('help goes to standard output and is no failure', async () => {
  const { exit, out, err } = await cli(['--help']);
  expect({ exit, err }).toEqual({ exit: 0, err: '' });
  for (const word of ['task', 'agent', 'runner', 'project', 'key', 'serve', 'db', 'config', 'doctor', 'completion']) {
    expect(out).toMatch(new RegExp(`^  ${word} `, 'm'));
  }
  expect((await cli(['task', 'submit', '--help'])).out).toContain('--wait-timeout <duration>');
  expect((await cli(['help', 'task'])).out).toContain('submit');
  expect((await cli(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('wrong usage is exit 2, one line that says what, and a hint', async () => {
  expect(await cli(['task', 'sumbit'])).toMatchObject({
    exit: 2,
    out: '',
    err: "error: unknown command 'sumbit' (usage)\n(Did you mean submit?)\nhint: add --help to see what this command takes.\n",
  });
  expect((await cli(['task', 'list', '--sate', 'x'])).err).toContain("error: unknown option '--sate' (usage)");
  expect((await cli(['task', 'show'])).err).toContain("error: missing required argument 'id' (usage)");
  expect((await cli(['task', 'show', 'a', 'b'])).exit).toBe(2);
  expect((await cli([])).exit).toBe(2);
});

test('a value that cannot be read is refused with what was expected', async () => {
  const refused = async (...args: string[]) => {
    const { exit, err } = await cli(['task', 'submit', 'x', ...args]);
    expect(exit).toBe(2);
    return err.split('\n')[0];
  };
  expect(await refused('--priority', '10')).toContain('Expected a whole number from 0 to 9.');
  expect(await refused('--timeout', '5')).toContain('Expected a duration such as 500ms');
  expect(await refused('--deadline', 'tomorrow')).toContain('Expected a time such as 2026-01-31T18:00:00Z');
  expect(await refused('--label', 'x')).toContain('Expected key=value.');
  expect(await refused('--label-rule', 'a > b')).toContain("'zone in a,b'");
  expect(await refused('--workspace', 'svn:x')).toContain('none, dir:PATH or git:REPOSITORY#REF');
  expect(await refused('--depends-on', 'id:maybe')).toContain('fail, skip, run');
  expect(await refused('--input', '{')).toContain('--input is not JSON');
  expect(await refused('--prompt', '@/nowhere')).toContain('the file /nowhere cannot be read (ENOENT)');
  expect(await refused('--push')).toContain('--workspace git:REPOSITORY#REF');
});

test('without a server it is exit 3, and what to do [C1]', async () => {
  const nowhere = await cli(['task', 'list'], { cwd: '/nowhere' });
  expect(nowhere).toMatchObject({ exit: 3, out: '' });
  expect(nowhere.err).toMatch(
    /^error: No server runs on the data folder \/nowhere\/.whoosh \(unreachable\)\nhint: Start/,
  );
  const away = await cli(['task', 'list', '--server', 'http://127.0.0.1:9']);
  expect(away.exit).toBe(3);
  expect(away.err).toMatch(/^error: http:\/\/127.0.0.1:9 cannot be reached: .*\(unreachable\)\nhint: Is it running\?/);
  expect(await cli(['task', 'list', '--server', 'ftp://x'])).toMatchObject({ exit: 2 });
});

test('a certificate that nobody here trusts is told with the variable that mends it', async () => {
  const folder = await testFolder();
  const { cert, key } = makeCertificate(folder, 'server');
  const server = createServer({ cert: readFileSync(cert), key: readFileSync(key) });
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const { exit, err } = await cli(['task', 'list', '--server', `https://127.0.0.1:${port}`]);
  expect(exit).toBe(3);
  expect(err).toMatch(/self-signed certificate.*\nhint: .*NODE_EXTRA_CA_CERTS/);
});

test('the settings are listed without secrets, and one that is not usable is named', async () => {
  const env = { DATABASE_URL: 'postgres://me:hunter2@db/x', WHOOSH_PORT: '9000' };
  const { exit, out } = await cli(['config', '--json'], { env });
  expect(exit).toBe(0);
  expect(out).not.toContain('hunter2');
  const { items } = JSON.parse(out);
  const byName = (name: string) => items.find(({ env }: { env: string }) => env === name);
  expect(byName('DATABASE_URL')).toMatchObject({ value: '(set)', source: 'environment' });
  expect(byName('WHOOSH_PORT')).toMatchObject({ value: '9000', source: 'environment' });
  expect(byName('WHOOSH_HOST')).toMatchObject({ value: '127.0.0.1', source: 'default' });
  const bad = await cli(['config'], { env: { WHOOSH_PORT: 'many', LEASE_TTL_MS: '1' } });
  expect(bad.exit).toBe(78);
  expect(bad.err).toContain('WHOOSH_PORT=many is not usable: expected whole number of port, 0 to 65535');
  expect(bad.err).toContain('LEASE_TTL_MS=1 is not usable');
});
