import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../support/database.ts';
import { scratchFolder } from '../../support/scratch-folder.ts';
import { until } from '../../support/until.ts';
import { injectedEnv } from './injected-env.ts';

const WHOOSH = fileURLToPath(new URL('../../../bin/whoosh.js', import.meta.url));
const HOUR_MS = 3_600_000;

type Injected = Parameters<typeof injectedEnv>[0];

/** `whoosh serve` on a database of its own, with something injected. */
async function replica(injected: Injected) {
  const { db, url } = await testDatabase();
  const dataDir = await scratchFolder();
  const env = {
    ...process.env,
    ...injectedEnv(injected),
    DATABASE_URL: url,
    WHOOSH_PORT: '0',
    WHOOSH_DATA_DIR: dataDir,
    WHOOSH_LOCAL_RUNNER: 'off',
    WHOOSH_LOG_LEVEL: 'silent',
  };
  const child = spawn(process.execPath, [WHOOSH, 'serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const server = () => readFile(join(dataDir, 'server.json'), 'utf8').then(JSON.parse);
  const post = async () => {
    const { url: address } = await until(server);
    const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
    return fetch(`${address}/api/v1/tasks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'x', prompt: 'x', allow_unsatisfiable: true }),
    });
  };
  const stored = async () => (await db.query('select from tasks')).length;
  return { child, dataDir, exited, post, stored };
}

test.each([
  ['before', 0],
  ['after', 1],
] as const)('a replica dies %s its insert, which leaves %i task', async (when, tasks) => {
  const failures = [{ statement: 'tasks-insert', when, error: 'crash' }];
  const { exited, post, stored } = await replica({ statements: { from: 'start', failures } });
  await expect(post()).rejects.toThrow();
  expect(await exited).toEqual([null, 'SIGKILL']);
  expect(await stored()).toBe(tasks);
});

test('statements fail from one signal to the next, and each failure is written down', async () => {
  const failures = [{ statement: 'tasks-insert', when: 'before' as const, error: '40P01' }];
  const { child, dataDir, post } = await replica({ statements: { from: 'signal', failures } });
  expect((await post()).status).toBe(201);
  child.kill('SIGUSR2');
  await until(async () => (await post()).status >= 500);
  expect(await readFile(join(dataDir, 'failures'), 'utf8')).toContain('before 40P01 tasks-insert\n');
  child.kill('SIGUSR2');
  await until(async () => (await post()).status === 201);
});

test('the clock of a process is an hour ahead, and after a signal an hour behind', async () => {
  const program =
    'setInterval(() => console.log([Date.now(), +new Date(), Date.parse(Date()), +new Date(5)].join()), 20)';
  const env = { ...process.env, ...injectedEnv({ clock_ms: HOUR_MS }) };
  const child = spawn(process.execPath, ['-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface(child.stdout).on('line', (line) => lines.push(line));
  const aheadMs = async () => {
    const line = await until(() => lines.splice(0).at(-1));
    const [now, made, told, five] = line.split(',').map(Number) as [number, number, number, number];
    expect([Math.abs(made - now) < 5, Math.abs(told - now) < 1000, five]).toEqual([true, true, 5]);
    return now - Date.now();
  };
  expect(Math.abs((await aheadMs()) - HOUR_MS)).toBeLessThan(5000);
  child.kill('SIGUSR2');
  await until(async () => Math.abs((await aheadMs()) + HOUR_MS) < 5000);
});
