import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../../../test/support/cli.ts';
import { httpRunner } from '../../../test/support/http-runner.ts';
import { runningServer } from '../../../test/support/running-server.ts';
import { testFolder } from '../../../test/support/test-folder.ts';
import { until } from '../../../test/support/until.ts';
import type { Finding } from './finding.ts';

const { PATH } = process.env;

test('the doctor finds nothing on a server with a runner', async () => {
  const server = await runningServer();
  await httpRunner(server);
  const env = { PATH, WHOOSH_DATA_DIR: server.dataDir };
  // The first round trip of a notification takes a moment.
  const { out } = await until(async () => {
    const ran = await cli(['doctor'], { env });
    return ran.exit === 0 ? ran : undefined;
  });
  expect(out).toContain('All is well.');
  expect(out).not.toMatch(/[✗!]/);
  const { findings } = (await cli(['doctor', '--json'], { env })).json() as { findings: Finding[] };
  expect(findings.map(({ check }) => check)).toEqual([
    ...['versions', 'git', 'open files', 'data folder', 'admin key', 'disk', 'settings', 'port', 'server', 'clock'],
    ...['server version', 'schema', 'health: api', 'health: database', 'health: coordinator', 'health: agents'],
    ...['health: event_stream', 'key', 'runners', 'agents'],
  ]);
});

test('the doctor says what is wrong and how to mend it, and exits 1 [C2]', async () => {
  const server = await runningServer();
  await chmod(join(server.dataDir, 'admin.key'), 0o644);
  const badOnes = async (...args: string[]) => {
    const env = { PATH: '/nowhere', WHOOSH_DATA_DIR: server.dataDir, WHOOSH_PORT: 'many' };
    const { exit, json } = await cli(['doctor', '--json', ...args], { env });
    expect(exit).toBe(1);
    const findings: Finding[] = json().findings;
    return Object.fromEntries(
      findings.flatMap(({ check, status, ...about }) => (status === 'bad' ? [[check, about]] : [])),
    );
  };
  expect(await badOnes()).toMatchObject({
    git: { remedy: expect.stringContaining('Install git') },
    'admin key': { remedy: expect.stringContaining('chmod 600') },
    settings: { detail: expect.stringContaining('WHOOSH_PORT=many') },
    runners: { detail: 'none of 0 is online' },
    agents: { detail: 'none of 0 is online' },
  });
  expect(await badOnes('--key', 'whk_wrong')).toMatchObject({ key: { remedy: expect.stringContaining('--key') } });
  await server.stop();
  expect(await badOnes()).toMatchObject({ server: { remedy: expect.stringContaining('whoosh serve') } });
  expect(Object.keys(await badOnes('--server', server.url))).toEqual(['git', 'server']);
});

test('before the first start the doctor says to start the server', async () => {
  const cwd = await testFolder();
  const { exit, out } = await cli(['doctor'], { env: { PATH, WHOOSH_PORT: '0' }, cwd });
  expect(exit).toBe(1);
  expect(out).toMatch(/✗ data folder +\S+\.whoosh does not exist\n +Start the server once/);
  expect(out).toMatch(/✗ server +No server runs on the data folder/);
});
