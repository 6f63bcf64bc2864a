import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { end } from '../../examples/process.ts';
import { cli } from '../../test/support/cli.ts';
import { emptyDatabase } from '../../test/support/database.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';
import { WHOOSH } from '../../test/support/whoosh.ts';

const run = promisify(execFile);

test('the process ends with the exit code of its command, also when nobody reads what it prints', async () => {
  const { stdout } = await run(process.execPath, [WHOOSH, '--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  await expect(run(process.execPath, [WHOOSH, 'task', 'sumbit'])).rejects.toMatchObject({ code: 2 });
  const piped = await run('bash', [
    '-c',
    `set -o pipefail; "${process.execPath}" "${WHOOSH}" completion zsh | head -1`,
  ]);
  expect(piped.stdout).toBe('#compdef whoosh\n');
});

test('a runner is started by hand, does a task, and ends at Ctrl-C, which npm passes on a second time', async () => {
  const server = await runningServer();
  const folder = await testFolder();
  const agents = join(folder, 'agents.yaml');
  await writeFile(agents, 'agents: [{name: sh, kind: command, command: [sh, -s], capabilities: [sh]}]\n');
  const { token } = await server.client.createEnrolment();
  const args = ['runner', '--server', server.url, '--token', token, '--name', 'hand', '--folder', folder];
  const child = spawn(process.execPath, [WHOOSH, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => end(child, 'SIGKILL'));
  await until(async () => (await server.client.listAgents()).some(({ status }) => status === 'online'));
  const prompt = `trap '' INT; touch ${folder}/begun; sleep 1; echo '{"n":1}' > "$WHOOSH_RESULT_FILE"`;
  const env = { WHOOSH_DATA_DIR: server.dataDir };
  const waiting = cli(['task', 'submit', prompt, '--needs', 'sh', '--wait', '--json'], { env });
  await until(() => readFile(join(folder, 'begun')).then(() => true));
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  child.kill('SIGINT');
  // Taken for two, the second would have handed the task back, for a second attempt.
  expect((await waiting).json()).toMatchObject({ state: 'succeeded', result: { n: 1 }, attempts: 1 });
  expect(await exited).toEqual([0, null]);
});

test('a server whose database tells that a setting is not usable says so in one line and exits 78', async () => {
  const [WHOOSH_DATA_DIR, { url: DATABASE_URL }] = await Promise.all([testFolder(), emptyDatabase()]);
  const serve = (env: NodeJS.ProcessEnv) => {
    const common = { PATH: process.env.PATH, WHOOSH_DATA_DIR, WHOOSH_PORT: '0', WHOOSH_LOG_LEVEL: 'silent' };
    return run(process.execPath, [WHOOSH, 'serve'], { env: { ...common, ...env } });
  };
  const pools = { DB_POOL_SIZE: '500', DB_MAX_OVERFLOW: '500' };
  await expect(serve({ DATABASE_URL, ...pools })).rejects.toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/^DB_POOL_SIZE and DB_MAX_OVERFLOW ask for 1000 connections a replica[^\n]*\n$/),
  });
  await expect(serve({ DATABASE_URL: 'postgres://db/x?sslmode=allow' })).rejects.toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/^DATABASE_URL is not usable: expected sslmode [^\n]*\n$/),
  });
});

test('a runner that cannot start says so in one line and exits 1', async () => {
  const cwd = await testFolder();
  const env = { HOME: cwd, PATH: process.env.PATH, WHOOSH_URL: 'http://127.0.0.1:9' };
  const failing = run(process.execPath, [WHOOSH, 'runner'], { cwd, env });
  await expect(failing).rejects.toMatchObject({
    code: 1,
    stderr: `error: ${cwd}/.whoosh-runner/agents.yaml: There is no such file: write one with \`whoosh runner init\`. (ENOENT)\n`,
  });
  const init = await cli(['runner', 'init', '--folder', '.'], { cwd, env });
  expect(init.out).toContain(`${cwd}/agents.yaml written\n`);
  expect(await cli(['runner', 'init', '--folder', '.'], { cwd, env })).toMatchObject({ exit: 1, out: '' });
});

test('the database is migrated by hand, and its status tells [S7]', async () => {
  const { url: DATABASE_URL } = await emptyDatabase();
  const whoosh = (...args: string[]) => cli(['db', ...args], { env: { DATABASE_URL } });
  const before = await whoosh('status');
  expect(before).toMatchObject({ exit: 1, out: expect.stringMatching(/^pending {2}0001_/) });
  expect((await whoosh('migrate')).out).toMatch(/^applied 0001_/);
  expect((await whoosh('migrate')).out).toBe('nothing to do: the schema is that of this version\n');
  expect(await whoosh('status')).toMatchObject({ exit: 0, out: before.out.replaceAll('pending', 'applied') });
  expect((await whoosh('status', '--json')).json()).toMatchObject({ pending: [], unknown: [] });
  const away = await cli(['db', 'status'], { env: { DATABASE_URL: 'postgres://x@127.0.0.1:9/x' } });
  expect(away).toMatchObject({ exit: 3, err: expect.stringContaining('(unavailable)') });
});

test('bash completes nouns, verbs, options and shells', async () => {
  const { out } = await cli(['completion', 'bash']);
  const complete = async (...words: string[]) => {
    const array = words.map((word) => `'${word}'`).join(' ');
    const script = `${out}\nCOMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _whoosh; echo "\${COMPREPLY[@]}"`;
    return (await run('bash', ['-c', script])).stdout.trim().split(' ');
  };
  expect(await complete('whoosh', 'ta')).toEqual(['task']);
  expect(await complete('whoosh', 'task', 'wa')).toEqual(['watch']);
  expect(await complete('whoosh', '--json', 'task', 'submit', '--wait')).toEqual(['--wait', '--wait-timeout']);
  expect(await complete('whoosh', 'runner', '--to')).toEqual(['--token']);
  expect(await complete('whoosh', 'completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
});
