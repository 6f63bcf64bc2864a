import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runnerProcess } from '../support/runner-process.ts';
import { runningRunner } from '../support/running-runner.ts';
import { runningServer } from '../support/running-server.ts';
import { until } from '../support/until.ts';

const needs = { capabilities: ['shell'] };
/** Short enough for a test, long enough for a machine that is busy with other tests. */
const LEASES = { LEASE_TTL_MS: '4000', LEASE_GRACE_MS: '500', REAP_INTERVAL_MS: '200', WHOOSH_LOCAL_RUNNER: 'off' };

/** A command that says that it has begun, and ends when the test lets it. */
async function gate() {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-gate-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [begun, open] = [join(folder, 'begun'), join(folder, 'open')];
  return {
    prompt: `touch ${begun}; until [ -e ${open} ]; do sleep 0.05; done; echo '"done"' > "$WHOOSH_RESULT_FILE"`,
    begun: () => until(() => existsSync(begun)),
    open: () => writeFile(open, ''),
  };
}

test('work goes on while the server is away, and its outcome is recorded once when it is back', async () => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  await runningRunner(server, 'laptop');
  const { prompt, begun, open } = await gate();
  const { id } = await server.client.submitTask({ title: 'x', prompt, needs });
  await begun();
  await server.stop();
  await open();
  await server.start();
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'done', attempts: 1, epoch: 1 });
});

test('the work of a runner that is killed moves to another one, and its late outcome would be fenced [R9]', async () => {
  const server = await runningServer(LEASES);
  const doomed = await runnerProcess(server, 'doomed');
  const { prompt, begun, open } = await gate();
  const { id } = await server.client.submitTask({ title: 'x', prompt, needs });
  await begun();
  await doomed.kill('SIGKILL');
  await runningRunner(server, 'heir');
  await open();
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded', result: 'done' });
  const attempts = await server.client.listAttempts(id);
  expect(attempts.map(({ runner, outcome }) => [runner, outcome])).toEqual([
    ['doomed', 'lost'],
    ['heir', 'succeeded'],
  ]);
});

test('a runner that is asked to stop hands its work back, which does not count as an attempt', async () => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  const first = await runningRunner(server, 'first');
  const { prompt, begun, open } = await gate();
  const { id } = await server.client.submitTask({ title: 'x', prompt, needs });
  await begun();
  void first.stop();
  await first.stop();
  expect(await server.client.getTask(id)).toMatchObject({ state: 'queued', attempts: 0 });
  await runningRunner(server, 'second');
  await open();
  expect(await server.client.waitTask(id)).toMatchObject({ state: 'succeeded', attempts: 1, epoch: 2 });
});

test('a runner process ends with exit code 0 on SIGTERM and nothing of its work keeps running [R10]', async () => {
  const server = await runningServer({ WHOOSH_LOCAL_RUNNER: 'off' });
  const runner = await runnerProcess(server, 'polite');
  const { id } = await server.client.submitTask({ title: 'x', prompt: 'echo $$; exec sleep 1000', needs });
  const pid = await until(async () => Number((await Array.fromAsync(server.client.readLog(id)))[0]?.text));
  // The first asks it to end when its work has, the second not to wait for that.
  await until(() => runner.child.exitCode !== null || !runner.child.kill('SIGTERM'), { everyMs: 700 });
  await until(() => runner.child.exitCode !== null);
  expect(runner.child.exitCode).toBe(0);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  expect(await server.client.getTask(id)).toMatchObject({ state: 'queued', attempts: 0 });
});
