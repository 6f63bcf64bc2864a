import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startServerProcess } from '../../bench/server-process.ts';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import { cli } from '../support/cli.ts';
import { testDatabase } from '../support/database.ts';
import { httpRunner } from '../support/http-runner.ts';
import { runnerProcess } from '../support/runner-process.ts';
import { type RunningServer, runningServer } from '../support/running-server.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const SHELL = { needs: { capabilities: ['shell'] }, backoff_base_ms: 1 };

/** A server on a database of its own, and the commands that an operator types for it. */
async function scene() {
  const { db, url } = await testDatabase();
  const server = await runningServer({ DATABASE_URL: url });
  const file = join(await testFolder(), 'whoosh.sql.gz');
  const run = async (...args: string[]) => {
    const ran = await cli(args, { env: { DATABASE_URL: url } });
    expect(ran).toMatchObject({ exit: 0 });
  };
  const restore = (...options: string[]) => run('restore', file, ...options);
  return { db, url, server, backUp: () => run('backup', file), restore };
}

const codeOf = (call: Promise<unknown>) =>
  call.then(
    () => 'none',
    (error) => error.code,
  );

const outcomesOf = (db: Awaited<ReturnType<typeof scene>>['db']) =>
  db.query('select task_id, state, result from outcomes');

test('what a runner did after the back-up does not count once it is restored: the task runs again, and has one outcome [BK4]', async () => {
  const { db, server, backUp, restore } = await scene();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'Long', ...SHELL });
  const held = await runner.begin();
  await backUp();
  await runner.complete(held, 'before');
  await server.client.submitTask({ title: 'Lost', ...SHELL });
  const lost = await runner.begin();
  await server.stop();
  await restore('--force');
  await server.start();
  expect(await codeOf(runner.complete(held, 'before'))).toBe('lease_lost');
  expect(await codeOf(runner.complete(lost, 'never'))).toBe('not_found');
  // Its session is over, so it opens another one.
  expect(await codeOf(runner.begin())).toBe('not_found');
  const again = await httpRunner(server, { name: 'desktop' });
  const grant = await again.begin();
  expect(grant).toMatchObject({ task_id: id, epoch: held.epoch + 1 + 100_000 + 1 });
  await again.complete(grant, 'after');
  expect(await codeOf(runner.complete(held, 'before'))).toBe('lease_lost');
  expect(await outcomesOf(db)).toEqual([{ task_id: id, state: 'succeeded', result: 'after' }]);
  expect(await auditInvariants(db, '-infinity')).toEqual([]);
});

test('a runner goes on by itself after a restore: it drops what it ran and opens a new session [BK4]', async () => {
  const { db, server, backUp, restore } = await scene();
  const folder = await testFolder();
  const done = join(folder, 'done');
  await runnerProcess(server, 'laptop');
  const prompt = `echo >> ${folder}/begun; while [ ! -e ${done} ]; do sleep 0.05; done; echo '"end"' > "$WHOOSH_RESULT_FILE"`;
  const { id } = await server.client.submitTask({ title: 'Long', prompt, ...SHELL });
  await isRunning(server, id);
  await backUp();
  await server.stop();
  await restore('--force');
  await server.start();
  await isRunning(server, id);
  await writeFile(done, '');
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'end', attempts: 1 });
  expect(await db.query('select outcome from attempts order by epoch')).toEqual([
    { outcome: 'released' },
    { outcome: 'succeeded' },
  ]);
  expect(await auditInvariants(db, '-infinity')).toEqual([]);
});

const isRunning = ({ client }: RunningServer, id: string) =>
  until(async () => (await client.getTask(id)).state === 'running', { timeoutMs: 20_000 });

test('a server under which the database is restored stops, since it remembers what never happened [BK4]', async () => {
  const { url, server, backUp, restore } = await scene();
  await server.stop();
  await backUp();
  const env = { DATABASE_URL: url, WHOOSH_LOG_LEVEL: 'silent', WHOOSH_LOCAL_RUNNER: 'off', DB_POOL_SIZE: '4' };
  const { child, stop } = await startServerProcess(await testFolder(), env);
  onTestFinished(stop);
  const ended = once(child, 'exit');
  await restore('--force', '--disconnect');
  expect(await ended).toEqual([75, null]);
});

test('a standalone server is backed up while it runs and while it does not, and restored into a new folder [BK1]', async () => {
  const [from, to, place] = [await testFolder(), await testFolder(), await testFolder()];
  const quiet = { WHOOSH_LOG_LEVEL: 'silent', WHOOSH_LOCAL_RUNNER: 'off' };
  const run = async (dataDir: string, ...args: string[]) => {
    const ran = await cli(args, { env: { WHOOSH_DATA_DIR: dataDir } });
    expect(ran, ran.err).toMatchObject({ exit: 0 });
  };
  const first = await startServerProcess(from, quiet);
  onTestFinished(first.stop);
  await run(from, 'project', 'create', 'mine', '--json');
  await run(from, 'backup', join(place, 'running.sql.gz'));
  await first.stop();
  await run(from, 'backup', join(place, 'stopped.sql.gz'));
  await run(to, 'restore', join(place, 'running.sql.gz'));
  await run(to, 'restore', join(place, 'stopped.sql.gz'), '--force');
  const second = await startServerProcess(to, quiet);
  onTestFinished(second.stop);
  const { json } = await cli(['project', 'list', '--json'], { env: { WHOOSH_DATA_DIR: to } });
  expect(JSON.stringify(json())).toContain('"mine"');
}, 90_000);
