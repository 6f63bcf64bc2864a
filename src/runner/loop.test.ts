import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { runnerFolder } from '../../test/support/runner-folder.ts';
import { runnerProcess } from '../../test/support/runner-process.ts';
import { runningRunner } from '../../test/support/running-runner.ts';
import { type RunningServer, runningServer } from '../../test/support/running-server.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';

const OFF = { WHOOSH_LOCAL_RUNNER: 'off' };
const SHORT_LEASES = { LEASE_TTL_MS: '1500', LEASE_GRACE_MS: '300', REAP_INTERVAL_MS: '50', BACKOFF_BASE_MS: '1' };
const shell = { capabilities: ['shell'] };

const submit = async ({ client }: RunningServer, script: string, more: object = {}): Promise<string> =>
  (await client.submitTask({ title: 'a task', prompt: script, needs: shell, allow_unsatisfiable: true, ...more })).id;

const ended = ({ client }: RunningServer, id: string) => client.waitTask(id, { timeoutMs: 20_000 });

const isRunning = ({ client }: RunningServer, id: string) =>
  until(async () => (await client.getTask(id)).state === 'running');

const logOf = async ({ client }: RunningServer, id: string) =>
  (await Array.fromAsync(client.readLog(id))).map(({ stream, text }) => `${stream}: ${text}`).join('');

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/** A script that tells its pid in `file` and then waits until it is ended. */
const waiting = (file: string) => `echo $$ > ${file}; while :; do sleep 0.05; done`;

async function pidIn(file: string): Promise<number> {
  return Number(await until(async () => (await readFile(file, 'utf8')).trim()));
}

async function scratch(): Promise<string> {
  const folder = join(tmpdir(), `whoosh-loop-${Math.random().toString(36).slice(2)}`);
  await mkdir(folder);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a task is done by a runner: its result, log, artifacts and figures come back, and nothing stays on the machine', async () => {
  const server = await runningServer(OFF);
  const { folder } = await runningRunner(server);
  const id = await submit(
    server,
    `echo hello; echo oops >&2; cat "$WHOOSH_INPUT_FILE" > "$WHOOSH_ARTIFACTS_DIR/copy.json"; echo '{"n":1}' > "$WHOOSH_RESULT_FILE"`,
    { input: { a: [1] } },
  );
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', result: { n: 1 } });
  expect(await logOf(server, id)).toMatch(/stdout: hello\n/);
  expect(await logOf(server, id)).toMatch(/stderr: oops\n/);
  const [artifact] = await server.client.listArtifacts(id);
  expect(artifact).toMatchObject({ name: 'copy.json', size_bytes: 9 });
  const [attempt] = await server.client.listAttempts(id);
  expect(attempt).toMatchObject({ outcome: 'succeeded', runner: 'desk', agent: 'shell', usage: { exit_code: 0 } });
  await until(async () => (await readdir(join(folder, 'attempts'))).length === 0);
  expect(await readdir(join(folder, 'outbox'))).toEqual([]);
});

test.each([
  ['a command that fails', 'echo why >&2; exit 3', {}, { code: 'exit_3', message: expect.stringContaining('why') }],
  [
    'a folder that is not allowed',
    'true',
    { workspace: { kind: 'directory', path: '/etc' } },
    { code: 'directory_not_allowed' },
  ],
])('%s fails its task with a code', async (_what, script, more, error) => {
  const server = await runningServer(OFF);
  await runningRunner(server);
  expect(await ended(server, await submit(server, script, more))).toMatchObject({
    state: 'failed',
    reason: 'error',
    error,
  });
});

test('an agent whose command is missing gets no work, and gets it when the command is there', async () => {
  const server = await runningServer(OFF);
  const folder = await runnerFolder();
  const command = join(folder, 'tool');
  await writeFile(
    join(folder, 'agents.yaml'),
    `agents: [{name: tool, kind: command, command: [${command}], capabilities: [shell]}]`,
  );
  await runningRunner(server, 'desk', { folder, recheckMs: 50 });
  const id = await submit(server, '');
  const [agent] = await server.client.listAgents();
  expect(agent).toMatchObject({
    status: 'not_ready',
    not_ready_reason: `${command} does not exist or cannot be reached`,
  });
  await writeFile(command, '#!/bin/sh\n', { mode: 0o755 });
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
});

test('a cancel stops the command, and the task is cancelled', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  await runningRunner(server);
  const file = join(await scratch(), 'pid');
  const id = await submit(server, waiting(file));
  const pid = await pidIn(file);
  await server.client.cancelTask(id);
  expect(await ended(server, id)).toMatchObject({ state: 'cancelled' });
  expect(await isGone(pid)).toBe(true);
});

test('an attempt that takes too long is stopped, and may be tried again', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  await runningRunner(server);
  const file = join(await scratch(), 'pid');
  const id = await submit(server, waiting(file), { attempt_timeout_ms: 300, max_attempts: 2 });
  expect(await ended(server, id)).toMatchObject({
    state: 'failed',
    reason: 'exhausted',
    error: { code: 'attempt_timeout' },
  });
  expect(await server.client.listAttempts(id)).toHaveLength(2);
  expect(await isGone(await pidIn(file))).toBe(true);
});

test('work goes on while the server restarts', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  await runningRunner(server);
  const gate = join(await scratch(), 'gate');
  const id = await submit(server, `while [ ! -e ${gate} ]; do sleep 0.02; done; echo done`);
  await isRunning(server, id);
  await server.stop();
  await server.start();
  await writeFile(gate, '');
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
  expect(await logOf(server, id)).toBe('stdout: done\n');
});

test('a result that comes while the server is away is delivered when it is back', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES, LEASE_TTL_MS: '10000' });
  const { folder } = await runningRunner(server);
  const gate = join(await scratch(), 'gate');
  const id = await submit(server, `while [ ! -e ${gate} ]; do sleep 0.02; done; echo '"late"' > "$WHOOSH_RESULT_FILE"`);
  await isRunning(server, id);
  await server.stop();
  await writeFile(gate, '');
  await until(async () => (await readdir(join(folder, 'outbox'))).length === 1);
  await server.start();
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', attempts: 1, result: 'late' });
});

test('work goes on while the database of the server is away for longer than a lease', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  const server = await runningServer({ ...OFF, ...SHORT_LEASES, DATABASE_URL: proxy.url });
  await runningRunner(server, 'desk', { leaseGraceMs: 200 });
  const gate = join(await scratch(), 'gate');
  const id = await submit(server, `while [ ! -e ${gate} ]; do sleep 0.02; done`);
  await isRunning(server, id);
  proxy.down();
  const longEnough = performance.now() + 2.5 * Number(SHORT_LEASES.LEASE_TTL_MS);
  await until(() => performance.now() > longEnough);
  proxy.up();
  await writeFile(gate, '');
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded', attempts: 1, epoch: 1 });
});

test('when no lease can be renewed for too long, the work is stopped and done again [R9]', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  await runningRunner(server, 'desk', { leaseGraceMs: 200 });
  const folder = await scratch();
  const file = join(folder, 'pid');
  const id = await submit(server, `[ -e ${folder}/second ] && exit; touch ${folder}/second; ${waiting(file)}`);
  const pid = await pidIn(file);
  await server.stop();
  await until(() => isGone(pid));
  await server.start();
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
});

test('a runner that is asked to stop lets its work end, takes no more, and is offline at once [R10]', async () => {
  const server = await runningServer(OFF);
  const runner = await runningRunner(server);
  const gate = join(await scratch(), 'gate');
  const id = await submit(server, `while [ ! -e ${gate} ]; do sleep 0.02; done`);
  await isRunning(server, id);
  const stopping = runner.stop();
  const later = await submit(server, 'true');
  await writeFile(gate, '');
  expect(await stopping).toEqual({ exitCode: 0, sentence: 'The runner has stopped.' });
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
  expect(await server.client.listRunners()).toMatchObject([{ online: false }]);
  // The poll that was cut short may still have been given it; then it goes back, and does not count.
  const task = await until(async () => {
    const { state, attempts } = await server.client.getTask(later);
    return state === 'queued' && { state, attempts };
  });
  expect(task).toEqual({ state: 'queued', attempts: 0 });
});

test.each([
  ['asked a second time', { drainMs: 60_000 }, 2],
  ['its time is over', { drainMs: 100 }, 1],
])(
  'when it is %s, a stopping runner hands its work back, which does not count as an attempt',
  async (_when, limits, calls) => {
    const server = await runningServer(OFF);
    const runner = await runningRunner(server, 'desk', limits);
    const file = join(await scratch(), 'pid');
    const id = await submit(server, waiting(file));
    const pid = await pidIn(file);
    for (let call = 0; call < calls; call++) void runner.stop();
    expect(await runner.done).toMatchObject({ exitCode: 0 });
    expect(await isGone(pid)).toBe(true);
    expect(await server.client.getTask(id)).toMatchObject({ state: 'queued', attempts: 0 });
  },
);

test('a runner that was removed stops its work and says why', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  const runner = await runningRunner(server);
  const file = join(await scratch(), 'pid');
  await submit(server, waiting(file));
  const pid = await pidIn(file);
  await server.client.removeRunner(runner.runner_id);
  expect(await runner.done).toEqual({ exitCode: 1, sentence: expect.stringContaining('it was removed or revoked') });
  expect(await isGone(pid)).toBe(true);
});

test('of two processes with one credential the older stops its work and says why [R11]', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  const first = await runningRunner(server);
  const file = join(await scratch(), 'pid');
  await submit(server, waiting(file));
  const pid = await pidIn(file);
  const folder = await runnerFolder();
  await cp(join(first.folder, 'credential.json'), join(folder, 'credential.json'));
  await runningRunner(server, 'desk', { folder, token: undefined });
  expect(await first.done).toEqual({
    exitCode: 1,
    sentence: expect.stringContaining('Another process with this runner'),
  });
  expect(await isGone(pid)).toBe(true);
});

test('after a SIGKILL of the runner, its next start ends what was left running, and the task is done', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  const place = await scratch();
  const file = join(place, 'pid');
  const first = await runnerProcess(server, 'machine');
  const id = await submit(server, `[ -e ${place}/second ] && exit; touch ${place}/second; ${waiting(file)}`);
  const pid = await pidIn(file);
  await first.kill('SIGKILL');
  expect(await isGone(pid)).toBe(false);
  const second = await runnerProcess(server, 'machine', { folder: first.folder });
  expect(await isGone(pid)).toBe(true);
  expect(await ended(server, id)).toMatchObject({ state: 'succeeded' });
  await until(async () => (await readdir(join(first.folder, 'attempts'))).length === 0);
  await second.kill('SIGTERM');
  expect(second.child.exitCode).toBe(0);
});

test('runners whose clocks are an hour ahead and an hour behind work like any other [B11]', async () => {
  const server = await runningServer({ ...OFF, ...SHORT_LEASES });
  const done = [3_600_000, -3_600_000].map(async (shift) => {
    const wrongClock = `const now = Date.now; const Real = Date; globalThis.Date = class extends Real {
      constructor(...args) { args.length ? super(...args) : super(now() + ${shift}); }
      static now() { return now() + ${shift}; } };`;
    const nodeArgs = ['--import', `data:text/javascript,${encodeURIComponent(wrongClock)}`];
    const name = shift > 0 ? 'ahead' : 'behind';
    const runner = await runnerProcess(server, name, { nodeArgs });
    // Longer than a lease: it was renewed.
    const id = await submit(server, 'sleep 2; echo true > "$WHOOSH_RESULT_FILE"', { needs: { runner: name } });
    expect(await ended(server, id)).toMatchObject({ state: 'succeeded', attempts: 1, result: true });
    await runner.kill('SIGTERM');
    expect(runner.child.exitCode).toBe(0);
  });
  await Promise.all(done);
});

test('many short tasks on few slots are all done once', async () => {
  const server = await runningServer(OFF);
  await runningRunner(server);
  const tasks = Array.from({ length: 24 }, (_, n) => ({
    title: `task ${n}`,
    prompt: `echo ${n} > "$WHOOSH_RESULT_FILE"`,
    needs: shell,
  }));
  const { items } = await server.client.submitBatch({ tasks });
  const results = await Promise.all(items.map(async ({ id }) => (await ended(server, id)).result));
  expect(results).toEqual(tasks.map((_, n) => n));
});
