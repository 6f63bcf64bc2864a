import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { type HttpRunner, httpRunner } from '../../test/support/http-runner.ts';
import { type RunningServer, runningServer } from '../../test/support/running-server.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';

/** A CLI on the machine of the server, which finds it by itself. */
const on =
  ({ dataDir }: RunningServer) =>
  (...args: string[]) =>
    cli(args, { env: { WHOOSH_DATA_DIR: dataDir } });

async function work(runner: HttpRunner, result?: unknown) {
  const grant = await runner.begin();
  await runner.log(grant, 'working\n', 0);
  await runner.complete(grant, result);
  return grant;
}

test('a text alone is submitted as prompt, with its first line as title', async () => {
  const server = await runningServer();
  const whoosh = on(server);
  const { exit, out } = await whoosh('task', 'submit', `  ${'a'.repeat(250)}\nsecond line`, '--allow-unsatisfiable');
  expect({ exit, out }).toEqual({ exit: 0, out: expect.stringMatching(/^[0-9a-f-]{36}\n$/) });
  expect(await server.client.getTask(out.trim())).toMatchObject({
    title: 'a'.repeat(200),
    prompt: `  ${'a'.repeat(250)}\nsecond line`,
    priority: 5,
    workspace: { kind: 'none' },
  });
});

test('every option of submit reaches the task', async () => {
  const server = await runningServer();
  const folder = await testFolder();
  await writeFile(join(folder, 'schema.json'), '{"type":"object"}');
  const first = await server.client.submitTask({ title: 'first', allow_unsatisfiable: true });
  const args = [
    ...['task', 'submit', 'the title', '--prompt', '-', '--input', '{"a":[1]}', '--project', 'default'],
    ...['--needs', 'shell,git', '--needs', 'node', '--model', 'qwen3', '--kind', 'command', '--label-rule', 'os=linux'],
    ...['--label-rule', 'gpu', '--slots', '2', '--priority', '9', '--workspace', 'git:./repo#main', '--push'],
    ...['--depends-on', `${first.id}:run`, '--label', 'k=v', '--result-schema', `@${folder}/schema.json`],
    ...['--max-attempts', '7', '--timeout', '5m', '--available-at', '2030-01-01T00:00:00Z', '--keep-on-failure'],
    ...['--deadline', '2031-01-01T00:00:00Z', '--queue-deadline', '2030-06-01T00:00:00Z', '--allow-unsatisfiable'],
    ...['--idempotency-key', 'once', '--json'],
  ];
  const settings = { env: { WHOOSH_DATA_DIR: server.dataDir }, cwd: folder, stdin: 'from a pipe' };
  const task = (await cli(args, settings)).json();
  expect(task).toMatchObject({
    title: 'the title',
    prompt: 'from a pipe',
    input: { a: [1] },
    state: 'waiting',
    needs: {
      capabilities: ['shell', 'git', 'node'],
      model: 'qwen3',
      kind: 'command',
      slots: 2,
      labels: expect.arrayContaining([
        { key: 'os', op: '=', value: 'linux' },
        { key: 'gpu', op: 'exists' },
      ]),
    },
    priority: 9,
    workspace: { kind: 'git', repository: join(folder, 'repo'), ref: 'main', push: true, keep_on_failure: true },
    depends_on: [{ task: first.id, policy: 'run' }],
    labels: { k: 'v' },
    result_schema: { type: 'object' },
    max_attempts: 7,
    attempt_timeout_ms: 300_000,
    available_at: '2030-01-01T00:00:00.000Z',
    queue_deadline_at: '2030-06-01T00:00:00.000Z',
    deadline_at: '2031-01-01T00:00:00.000Z',
  });
  expect((await cli(args, settings)).json().id).toBe(task.id);
});

test('--wait follows the log to the end, prints the result, and is exit 4 when the task did not succeed [C1]', async () => {
  const server = await runningServer();
  const whoosh = on(server);
  const runner = await httpRunner(server);
  const waiting = whoosh('task', 'submit', 'hello', '--needs', 'shell', '--wait');
  const { task_id } = await work(runner, { said: 'hello' });
  const done = await waiting;
  expect(done).toMatchObject({ exit: 0, out: 'working\n{"said":"hello"}\n' });
  expect(done.err).toMatch(
    new RegExp(`^task ${task_id}\n.* submitted \\(queued\\)\n.* claimed .attempt 1 by laptop/shell.\n.* started .*\n`),
  );
  const failing = whoosh('task', 'submit', 'hello', '--needs', 'shell', '--wait', '--json');
  await runner.fail(await runner.begin(), 'it broke');
  const failed = await failing;
  expect(failed.exit).toBe(4);
  expect(failed.json()).toMatchObject({ state: 'failed', reason: 'error', error: { message: 'it broke' } });
});

test('waiting for longer than --wait-timeout is exit 5, and the task goes on', async () => {
  const server = await runningServer();
  const args = ['--wait', '--wait-timeout', '100ms', '--allow-unsatisfiable'];
  const { exit, err } = await on(server)('task', 'submit', 'x', ...args);
  expect(exit).toBe(5);
  expect(err).toContain('has not ended within 100 ms (timeout)\nhint: The task goes on.');
  expect(await Array.fromAsync(server.client.listTasks())).toMatchObject([{ state: 'queued' }]);
});

test('watch shows what happens, on a terminal with a status line that leaves no trace', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'x', needs: { capabilities: ['shell'] } });
  let seen = '';
  const env = { WHOOSH_DATA_DIR: server.dataDir, NO_COLOR: '1' };
  const onOutput = (text: string) => {
    seen += text;
  };
  const watching = cli(['task', 'watch', id], { env, terminal: true, onOutput });
  await until(() => seen.includes('waits for an agent'));
  await work(runner, 'done');
  const { exit, out, err } = await watching;
  expect({ exit, out }).toEqual({ exit: 0, out: '"done"\n' });
  expect(err).toContain('\r\x1b[2K⠋ running');
  expect(err.replace(/\r\x1b\[2K[^\r\n]*(?=\r\x1b\[2K)/g, '')).toMatch(
    /succeeded \(attempt 1 by laptop\/shell\)\n(\r\x1b\[2K)?task .* succeeded/,
  );
});

test('a log is printed as it was, and without commands to the terminal', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'x', needs: { capabilities: ['shell'] } });
  const grant = await runner.begin();
  const text = 'one\x1b[31m red\x1b[0m\x1b]0;title\x07\x1b[2Jtwo\r\n';
  await runner.log(grant, text, 0);
  const env = { WHOOSH_DATA_DIR: server.dataDir };
  expect((await cli(['task', 'logs', id], { env })).out).toBe(text);
  expect((await cli(['task', 'logs', id], { env, terminal: true })).out).toBe('one\x1b[31m red\x1b[0m]0;title[2Jtwo\n');
  const following = cli(['task', 'logs', id, '--follow', '--json'], { env });
  await runner.log(grant, 'more\n', 1);
  await runner.complete(grant);
  const lines = (await following).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).text)).toEqual([text, 'more\n']);
  expect((await cli(['task', 'logs', id, '--attempt', '2'], { env })).out).toBe('');
});

test('tasks are listed, shown, explained, cancelled and asked for again', async () => {
  const server = await runningServer();
  const whoosh = on(server);
  const { id } = await server.client.submitTask({
    title: 'lonely\x1b[2J',
    allow_unsatisfiable: true,
    labels: { a: 'b' },
  });
  const list = await whoosh('task', 'list', '--state', 'queued', '--label', 'a=b');
  expect(list.out.split('\n')[0]).toBe(
    'ID                                    STATE   PRIORITY  ATTEMPTS  SUBMITTED  TITLE',
  );
  expect(list.out.split('\n')[1]).toMatch(new RegExp(`^${id}  queued  5         0/3       \\S+.*lonely$`));
  expect((await whoosh('task', 'list', '--state', 'failed', '--json')).json()).toEqual({ items: [] });
  expect((await whoosh('task', 'show', id)).out).toMatch(/^project +default$/m);
  expect((await whoosh('task', 'show', id, '--json')).json()).toMatchObject({ id, attempt_list: [], artifacts: [] });
  expect((await whoosh('task', 'why', id)).out).toContain('The project has no agent.\n');
  expect((await whoosh('task', 'cancel', id)).out).toBe(`task ${id} cancelled\n`);
  const again = (await whoosh('task', 'retry', id, '--json')).json();
  expect(again).toMatchObject({ retried_from: id, state: 'queued' });
  expect(await whoosh('task', 'show', id.replace(/.$/, 'x'))).toMatchObject({
    exit: 1,
    err: 'error: Not as documented: id. (invalid_request)\n  id: Invalid UUID\n',
  });
});

test('artifacts are listed and downloaded, and no file is replaced', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'x', needs: { capabilities: ['shell'] } });
  const grant = await runner.begin();
  await runner.upload(grant, 'report.txt', 'all is well\n');
  const cwd = await testFolder();
  const whoosh = (...args: string[]) => cli(args, { env: { WHOOSH_DATA_DIR: server.dataDir }, cwd });
  expect((await whoosh('task', 'artifacts', id)).out).toMatch(/1 +12 B +application\/octet-stream +report\.txt\n$/);
  expect(await whoosh('task', 'download', id, 'report.txt')).toMatchObject({ exit: 0 });
  expect(await readFile(join(cwd, 'report.txt'), 'utf8')).toBe('all is well\n');
  const again = await whoosh('task', 'download', id, 'report.txt');
  expect(again).toMatchObject({ exit: 1, err: expect.stringContaining('exists and is left as it is (EEXIST)') });
  expect((await whoosh('task', 'download', id, 'nothing')).err).toContain('has no artifact "nothing" (not_found)');
});
