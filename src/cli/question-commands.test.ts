import { expect, test } from 'vitest';
import { cli } from '../../test/support/cli.ts';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { until } from '../../test/support/until.ts';

async function scene() {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const { id } = await server.client.submitTask({ title: 'Migrate the database' });
  const grant = await runner.begin();
  const inside = { WHOOSH_URL: server.url, WHOOSH_TOKEN: grant.token };
  return {
    server,
    runner,
    id,
    grant,
    /** A person at the server's machine. */
    whoosh: (...args: string[]) => cli(args, { env: { WHOOSH_DATA_DIR: server.dataDir } }),
    /** The command of the attempt. */
    agent: (...args: string[]) => cli(args, { env: inside }),
    pending: () => until(async () => (await Array.fromAsync(server.client.listQuestions()))[0]),
  };
}

test('a command asks and is given the option that a person chooses from the inbox', async () => {
  const { whoosh, agent, id, pending } = await scene();
  expect((await whoosh('inbox')).out).toBe('Nobody waits for an answer.\n');
  const options = ['--option', 'drop=Drop them', '--option', 'keep', '--detail', 'They are 3 GB.\nNobody reads them.'];
  const asking = agent('ask', 'Drop the old tables?', ...options);
  const question = await pending();
  const short = question.id.slice(-8);
  expect((await whoosh('inbox')).out.split('\n')).toEqual([
    'Drop the old tables?',
    expect.stringMatching(/^ {2}asked (now|\d+s ago)$/),
    `  task ${id} Migrate the database`,
    '  | They are 3 GB.',
    '  | Nobody reads them.',
    `    whoosh answer ${short} drop   Drop them`,
    `    whoosh answer ${short} keep`,
    '',
  ]);
  expect((await whoosh('task', 'list')).out).toContain('running, asks');
  const shown = (await whoosh('task', 'show', id)).out;
  expect(shown).toMatch(/state +running, asks\n/);
  expect(shown).toContain(`Drop the old tables? (whoosh answer ${question.id} ...)`);
  const why = (await whoosh('task', 'why', id)).out;
  expect(why).toContain('It has asked and waits for an answer: "Drop the old tables?".');
  expect(why).toContain(`would help: Answer it: whoosh answer ${question.id} drop|keep`);
  const wrong = await whoosh('answer', short, 'perhaps');
  expect([wrong.exit, wrong.err]).toEqual([2, expect.stringContaining('one of: drop (Drop them), keep')]);
  const answered = await whoosh('answer', short, 'drop', 'them');
  expect(answered).toMatchObject({ exit: 0, out: `question ${question.id} answered: drop\n` });
  expect(await asking).toMatchObject({ exit: 0, out: 'drop\n', err: '' });
  expect(await agent('ask', 'Drop the old tables?', ...options)).toMatchObject({ exit: 0, out: 'drop\n' });
  expect((await whoosh('task', 'show', id)).out).toMatch(/state +running\n/);
});

test('a question without options takes a text; a dismissed or expired one ends `ask` with exit 6', async () => {
  const { whoosh, agent, pending } = await scene();
  const asking = agent('ask', 'Which name?', '--json');
  await whoosh('answer', (await pending()).id, 'Ada', 'Lovelace');
  expect((await asking).json()).toMatchObject({ state: 'answered', answer: { text: 'Ada Lovelace' } });
  const second = agent('ask', 'And now?');
  expect((await whoosh('answer', (await pending()).id.slice(0, 30), '--dismiss')).out).toMatch(/ dismissed\n$/);
  expect(await second).toMatchObject({ exit: 6, out: '', err: expect.stringMatching(/^dismissed by key:/) });
  const third = await agent('ask', 'Nobody there?', '--expires', '1s');
  expect(third).toMatchObject({ exit: 6, out: '', err: 'nobody answered in time\n' });
  const choices = ['--option', 'yes', '--option', 'no', '--default', 'no', '--expires', '1s'];
  expect(await agent('ask', 'Sure?', ...choices)).toMatchObject({ exit: 0, out: 'no\n' });
});

test('a question that is not there, or that several could be, is not answered', async () => {
  const { whoosh, agent } = await scene();
  expect(await whoosh('answer', 'ffffffff', 'x')).toMatchObject({ exit: 1, err: expect.stringContaining('not_found') });
  const asking = [agent('ask', 'A?'), agent('ask', 'B?')];
  await until(async () => (await whoosh('inbox')).out.match(/whoosh answer/g)?.length === 2);
  const both = await whoosh('answer', '0', 'x');
  expect([both.exit, both.err]).toEqual([1, expect.stringMatching(/2 pending|no pending/)]);
  for (const { id } of (await whoosh('inbox', '--json')).json().items) await whoosh('answer', id, 'x');
  expect((await Promise.all(asking)).map(({ out }) => out)).toEqual(['x\n', 'x\n']);
});

test('a command says how far it is, and outside an attempt there is nobody to say it for', async () => {
  const { server, whoosh, agent, id } = await scene();
  expect(await agent('progress', '40', 'copying the tables')).toMatchObject({ exit: 0, err: '' });
  expect((await whoosh('task', 'show', id)).out).toMatch(/progress +40% copying the tables\n/);
  await agent('progress', '60');
  expect((await server.client.getTask(id)).progress).toEqual({ percent: 60, text: 'copying the tables' });
  expect(await agent('progress', '101')).toMatchObject({ exit: 2 });
  for (const command of [
    ['progress', '1'],
    ['ask', 'x'],
  ]) {
    const outside = await whoosh(...command);
    expect([outside.exit, outside.err]).toEqual([2, expect.stringContaining('WHOOSH_TOKEN are not set')]);
  }
});

test('what a command submits is a sub-task, unless it is given a key', async () => {
  const { server, agent, id, whoosh } = await scene();
  const { out } = await agent('task', 'submit', 'part one', '--allow-unsatisfiable');
  expect(await server.client.getTask(out.trim())).toMatchObject({ parent_id: id, depth: 1 });
  expect((await whoosh('task', 'show', id)).out).toMatch(new RegExp(`sub-tasks +${out.trim()} queued part one`));
  expect((await whoosh('task', 'list', '--parent', id, '--json')).json().items).toHaveLength(1);
  expect((await agent('task', 'list', '--json')).json().items.map((task: { id: string }) => task.id)).toEqual([
    out.trim(),
  ]);
  const shown = await agent('task', 'show', out.trim());
  expect(shown).toMatchObject({
    exit: 0,
    out: expect.stringMatching(new RegExp(`sub-task of +${id} \\(level 1\\)\n`)),
  });
  expect(shown.out).not.toContain('sub-tasks ');
  const other = await agent('task', 'submit', 'on its own', '--allow-unsatisfiable', '--key', server.key);
  expect(await server.client.getTask(other.out.trim())).toMatchObject({ parent_id: null });
  const elsewhere = await agent('task', 'submit', 'x', '--server', 'http://127.0.0.1:1');
  expect(elsewhere.exit).toBe(3);
});

test('a sub-task is waited for from inside, and its result printed', async () => {
  const { runner, agent } = await scene();
  const waiting = agent('task', 'submit', 'count', '--wait');
  const part = await runner.begin();
  await runner.log(part, 'counting\n', 0);
  await runner.complete(part, { count: 4 });
  expect(await waiting).toMatchObject({ exit: 0, out: 'counting\n{"count":4}\n' });
});

test('a task is approved, told something, and continued', async () => {
  const { server, runner, grant, whoosh, id } = await scene();
  expect(await whoosh('task', 'send', id, 'Use tabs.')).toMatchObject({
    exit: 0,
    out: expect.stringMatching(/^message 1 /),
  });
  expect((await whoosh('task', 'show', id)).out).toMatch(/told to it +Use tabs. \(no attempt has taken it\)\n/);
  await runner.complete(grant, 'done');
  expect(await whoosh('task', 'send', id, 'Too late.')).toMatchObject({
    exit: 1,
    err: expect.stringContaining('invalid_state'),
  });
  const next = (await whoosh('task', 'continue', id, 'And the docs.\nAll of them.')).out.trim();
  expect(await server.client.getTask(next)).toMatchObject({ title: 'And the docs.', continues: id });
  const unapproved = (await whoosh('task', 'submit', 'x', '--require-approval')).out.trim();
  expect((await whoosh('task', 'list')).out).toContain('waiting, needs approval');
  expect((await whoosh('task', 'why', unapproved)).out).toContain(`Approve it: whoosh task approve ${unapproved}`);
  expect((await whoosh('task', 'approve', unapproved)).out).toBe(`task ${unapproved} is approved: queued\n`);
});

test('a project is changed', async () => {
  const { whoosh } = await scene();
  const rules = '[{"action":"allow","tool":"read"}]';
  const { out } = await whoosh(
    'project',
    'update',
    'default',
    '--require-approval',
    '--weight',
    '3',
    '--permission-rules',
    rules,
  );
  expect(out).toMatch(/weight +3\n/);
  expect(out).toMatch(/requires approval +yes\n/);
  expect((await whoosh('project', 'update', 'default', '--no-require-approval', '--json')).json()).toMatchObject({
    weight: 3,
    requires_approval: false,
    permission_rules: [{ action: 'allow', tool: 'read' }],
  });
  expect(await whoosh('project', 'update', 'default')).toMatchObject({ exit: 2 });
});
