import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { end } from '../../../examples/process.ts';
import { testDatabase } from '../../support/database.ts';
import { testFolder } from '../../support/test-folder.ts';
import { until } from '../../support/until.ts';
import { WHOOSH } from '../../support/whoosh.ts';
import { injectedEnv } from './injected-env.ts';

const HOUR_MS = 3_600_000;

type Injected = Parameters<typeof injectedEnv>[0];

/** A place for replicas: `whoosh serve` with something injected, one after the other. */
async function place() {
  const { db, url } = await testDatabase();
  const dataDir = await testFolder();
  const told = join(dataDir, 'server.json');
  const start = async (injected: Injected) => {
    await rm(told, { force: true });
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
    onTestFinished(() => end(child, 'SIGKILL'));
    return { child, exited: once(child, 'exit') };
  };
  /** Sends the same task under the same key. */
  const post = async (idempotencyKey: string) => {
    const { url: address } = await until(() => readFile(told, 'utf8').then(JSON.parse));
    const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
    return fetch(`${address}/api/v1/tasks`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': idempotencyKey,
      },
      body: JSON.stringify({ title: 'x', prompt: 'x', allow_unsatisfiable: true }),
    });
  };
  const stored = () => db.query<{ id: string }>('select id from tasks');
  return { dataDir, start, post, stored };
}

test.each([
  ['before', 0, 201],
  ['after', 1, 200],
] as const)(
  'a replica dies %s its insert, which leaves %i tasks, and the next one answers the same key with %i [G1] [G7]',
  async (when, tasks, status) => {
    const { start, post, stored } = await place();
    const failures = [{ statement: 'tasks-insert', when, error: 'crash' }];
    const { exited } = await start({ statements: { from: 'start', failures } });
    await expect(post('one')).rejects.toThrow();
    expect(await exited).toEqual([null, 'SIGKILL']);
    expect(await stored()).toHaveLength(tasks);
    await start({});
    const answer = await post('one');
    expect(answer.status).toBe(status);
    expect(await stored()).toEqual([{ id: ((await answer.json()) as { id: string }).id }]);
  },
);

test('statements fail from one signal to the next, and each failure is written down', async () => {
  const failures = [{ statement: 'tasks-insert', when: 'before' as const, error: '40P01' }];
  const { dataDir, start, post } = await place();
  const { child } = await start({ statements: { from: 'signal', failures } });
  expect((await post('first')).status).toBe(201);
  child.kill('SIGUSR2');
  await until(async () => (await post(randomUUID())).status === 503);
  expect(await readFile(join(dataDir, 'failures'), 'utf8')).toContain('before 40P01 tasks-insert\n');
  child.kill('SIGUSR2');
  await until(async () => (await post(randomUUID())).status === 201);
});

test('the clock of a process is an hour ahead, and after a signal an hour behind', async () => {
  const program =
    'setInterval(() => console.log([Date.now(), +new Date(), Date.parse(Date()), +new Date(5)].join()), 20)';
  const env = { ...process.env, ...injectedEnv({ clock_ms: HOUR_MS }) };
  const child = spawn(process.execPath, ['-e', program], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => end(child, 'SIGKILL'));
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
