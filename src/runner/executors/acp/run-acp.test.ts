import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { acpAgent } from '../../../../test/support/acp-agent.ts';
import { type PrepareOptions, prepareAttempt } from '../../../../test/support/prepare-attempt.ts';
import { until } from '../../../../test/support/until.ts';
import type { AcpAgent } from '../../agents-schema.ts';

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'whoosh-acp-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

type Options = Partial<AcpAgent> & { fault?: string } & PrepareOptions;

/** An attempt whose prompt is the script of the agent. */
async function prepare(script: string, { grant, execution, ...agent }: Options = {}) {
  const options = { grant: { prompt: script, ...grant }, execution: { killAfterMs: 2_000, ...execution } };
  return prepareAttempt(await temporaryFolder(), acpAgent(agent), options);
}

async function isGone(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat === '' || stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
}

/** Everything that the agent said, in one text. */
const said = (events: { type: string; role?: string; text?: string }[]): string =>
  events
    .filter(({ type, role }) => type === 'message' && role === 'agent')
    .map(({ text }) => text)
    .join('');

test('what the agent says, thinks and plans is the transcript, and its last message the result [K1]', async () => {
  const plan = { sessionUpdate: 'plan', entries: [{ content: 'Look', priority: 'high', status: 'pending' }] };
  const script = ['say Hel', 'say lo.', 'think hm', `update ${JSON.stringify(plan)}`, 'say Done.'].join('\n');
  const { run, events, printed } = await prepare(script, { mode: 'plan' });
  expect(await run()).toEqual({
    ok: true,
    result: { text: 'Hello.Done.', stop_reason: 'end_turn' },
    usage: expect.objectContaining({ exit_code: 0, turns: 1, input_tokens: 10, output_tokens: 5 }),
  });
  expect(events()).toEqual([
    { type: 'mode', id: 'plan' },
    { type: 'message', role: 'user', text: script },
    { type: 'message', role: 'agent', text: 'Hello.' },
    { type: 'thought', text: 'hm' },
    { type: 'plan', entries: [{ content: 'Look', priority: 'high', status: 'pending' }] },
    { type: 'message', role: 'agent', text: 'Done.' },
    { type: 'stop', reason: 'end_turn' },
  ]);
  expect(printed('system')).toBe('Agent: scripted 1');
});

test('a tool call is shown with its locations, diffs and text, and what changed of it', async () => {
  const call = {
    sessionUpdate: 'tool_call',
    toolCallId: 't',
    title: 'Edit a',
    kind: 'edit',
    status: 'pending',
    locations: [{ path: '/a', line: 3 }],
    content: [
      { type: 'diff', path: '/a', oldText: 'x', newText: 'y' },
      { type: 'content', content: { type: 'text', text: 'why' } },
      7,
    ],
  };
  const change = { sessionUpdate: 'tool_call_update', toolCallId: 't', status: 'completed' };
  const spent = { sessionUpdate: 'usage_update', used: 100, size: 1000, cost: { amount: 0.5, currency: 'USD' } };
  const script = [call, change, spent].map((update) => `update ${JSON.stringify(update)}`).join('\n');
  const { run, events } = await prepare(script);
  expect((await run()).usage).toMatchObject({ cost: 0.5, currency: 'USD' });
  expect(events().slice(1, -1)).toEqual([
    {
      type: 'tool_call',
      id: 't',
      title: 'Edit a',
      kind: 'edit',
      status: 'pending',
      locations: [{ path: '/a', line: 3 }],
      diffs: [{ path: '/a', old_text: 'x', new_text: 'y' }],
      content: ['why'],
    },
    { type: 'tool_call_update', id: 't', status: 'completed' },
    { type: 'usage', context_used: 100, context_size: 1000, cost: 0.5, currency: 'USD' },
  ]);
});

test('a file in the workspace is written and read, one outside is refused and said in the log', async () => {
  const { run, events, folder, printed } = await prepare(
    'write src/new/a.txt hello you\nread src/new/a.txt\nwrite /tmp/whoosh-outside.txt x\nread /etc/hostname\nwrite ../out.txt x',
  );
  expect(await run()).toMatchObject({ ok: true });
  expect(await readFile(join(folder.workspace, 'src/new/a.txt'), 'utf8')).toBe('hello you');
  expect(said(events())).toContain('{"content":"hello you"}');
  expect(printed('system').match(/outside its workspace: refused/g)).toHaveLength(3);
});

test('a command runs in a terminal of the workspace, with its output and exit code', async () => {
  const { run, events } = await prepare('run echo $WHOOSH_TASK_ID > id; cat id; echo oops >&2; exit 3');
  expect(await run()).toMatchObject({ ok: true });
  const { output, truncated, exitStatus } = JSON.parse(said(events()));
  expect([output, truncated, exitStatus]).toEqual([
    expect.stringMatching(/^[0-9a-f-]{36}\noops\n$/),
    false,
    { exitCode: 3, signal: null },
  ]);
});

test('a terminal cannot be opened outside the workspace, nor for a program that is not there', async () => {
  const { run, events } = await prepare(
    'terminal {"command":"ls","args":["-l"],"cwd":"/"}\nterminal {"command":"no-such-program"}',
  );
  expect(await run()).toMatchObject({ ok: true });
  expect(said(events())).toMatch(/\/ lies outside the workspace.*no-such-program is not found on PATH/);
});

test('no terminal survives the session', async () => {
  const { run, folder } = await prepare(
    'terminal {"command":"sh","args":["-c","echo $$ > pid; exec sleep 600"]}\nrun until [ -s pid ]; do :; done',
  );
  expect(await run()).toMatchObject({ ok: true });
  const pid = Number(await readFile(join(folder.workspace, 'pid'), 'utf8'));
  await until(() => isGone(pid));
});

test('the result is what the agent wrote to the result file, else the JSON that a result_schema asks for', async () => {
  const schema = { result_schema: { type: 'object' } };
  const written = await prepare('run echo \'{"a":1}\' > "$WHOOSH_RESULT_FILE"\nsay x', { grant: schema });
  expect(await written.run()).toMatchObject({ ok: true, result: { a: 1 } });
  const block = await prepare('say Here it is:\\n```json\\n{"b":2}\\n```', { grant: schema });
  expect(await block.run()).toMatchObject({ ok: true, result: { b: 2 } });
  const none = await prepare('say no JSON', { grant: schema });
  expect(await none.run()).toMatchObject({ ok: false, code: 'invalid_result', retryable: true });
});

test('the agent is told the input, and what its result must be', async () => {
  const { run, events } = await prepare('say x', {
    grant: { input: { n: 7 }, result_schema: { type: 'number' }, has_dependencies: true },
  });
  await run();
  expect(events()[0].text).toMatch(
    /^say x\n\nThe input, as JSON:\n\n\{"n":7\}\n\nThe results of .*JSON Schema:\n\n\{"type":"number"\}$/s,
  );
});

test.each([
  ['max_tokens', 'max_tokens'],
  ['max_turn_requests', 'max_turn_requests'],
  ['refusal', 'refusal'],
  ['something_new', 'stopped'],
])('a turn that ends with %s is a failure that is not repeated', async (reason, code) => {
  const { run } = await prepare(`stop ${reason}`);
  expect(await run()).toMatchObject({ ok: false, code, retryable: false });
});

test('an error of the agent is a failure that may be repeated, with what the agent said', async () => {
  const { run } = await prepare('fail {"code":-32603,"message":"Internal error","data":{"details":"no model"}}');
  expect(await run()).toMatchObject({
    ok: false,
    code: 'agent_error',
    message: 'The agent failed: Internal error {"details":"no model"}',
    retryable: true,
  });
});

test('a cancelled agent may say how its turn ended, and is then gone', async () => {
  const { run, stop, events } = await prepare('say working\nlinger');
  const running = run();
  await until(() => events().some(({ type }) => type === 'message'));
  stop.abort();
  expect(await running).toMatchObject({ ok: false, code: 'cancelled' });
  expect(events().at(-1)).toEqual({ type: 'stop', reason: 'cancelled' });
});

test('an agent that does not hear that it is cancelled, nor SIGTERM, is killed [K4]', async () => {
  const { run, stop, events } = await prepare('say working\nlinger', {
    fault: 'deaf',
    execution: { killAfterMs: 300 },
  });
  const running = run();
  await until(() => events().some(({ type, role }) => type === 'message' && role === 'agent'));
  stop.abort();
  expect(await running).toMatchObject({ ok: false, code: 'cancelled', usage: { exit_code: null } });
});

test('an agent that does not answer `initialize` fails the attempt', async () => {
  const { run } = await prepare('say x', { fault: 'silent', execution: { helloMs: 300 } });
  expect(await run()).toMatchObject({
    ok: false,
    code: 'agent_silent',
    message: expect.stringContaining('did not answer `initialize` within 0.3 s'),
    retryable: false,
  });
});

test('an agent of another version of the protocol fails the attempt, with both versions [K9]', async () => {
  const { run } = await prepare('say x', { fault: 'version' });
  expect(await run()).toMatchObject({
    ok: false,
    code: 'protocol_version',
    message: 'The agent speaks version 7 of the Agent Client Protocol, this runner version 1.',
    retryable: false,
  });
});

test('an answer that is nonsense fails the attempt', async () => {
  const { run } = await prepare('say x', { fault: 'garbage' });
  expect(await run()).toMatchObject({
    ok: false,
    code: 'agent_error',
    message: expect.stringContaining('initialize is not usable: protocolVersion'),
  });
});

test('an agent that ends before its session is open, or in the middle of its work, says so', async () => {
  const early = await prepare('say x', { fault: 'exit' });
  expect(await early.run()).toMatchObject({
    ok: false,
    code: 'agent_exited',
    message: 'The agent ended with exit code 3 before its session was open.',
    retryable: false,
  });
  const late = await prepare('stderr it burns\nwait 50\nexit 4');
  expect(await late.run()).toMatchObject({
    ok: false,
    code: 'agent_exited',
    message: 'The agent ended with exit code 4 in the middle of its work. Its last lines on stderr:\nit burns',
    retryable: true,
  });
});

test('what is not a message is shown in the log and disturbs nothing', async () => {
  const { run, printed } = await prepare('raw {"broken": \nraw [1,2]\nraw plain text\nunknown _vendor/news\nsay fine', {
    fault: 'banner',
  });
  expect(await run()).toMatchObject({ ok: true, result: { text: 'fine' } });
  expect(printed('stdout')).toBe('Welcome!\n{not json\n{"broken":\n[1,2]\nplain text\n');
});

test('a mode that the agent does not have fails the attempt with those that it has', async () => {
  const { run } = await prepare('say x', { mode: 'yolo' });
  expect(await run()).toMatchObject({
    ok: false,
    code: 'mode_unknown',
    message: 'The agent has no mode yolo; it has: ask, plan.',
  });
});

test('floods of messages, noise, requests and stderr are taken in bounds [K9]', async () => {
  const { run, printed, events } = await prepare('flood 200000\nstderrflood 20\nrequests 2000\nsay end', {
    fault: 'noise',
  });
  const before = process.memoryUsage().rss;
  expect(await run()).toMatchObject({ ok: true, result: { text: expect.stringMatching(/end$/) } });
  expect((process.memoryUsage().rss - before) / 1_048_576).toBeLessThan(400);
  expect(printed('system')).toContain('The output is over 10 MiB: the rest is not logged.');
  expect(events().length).toBeLessThan(20_000);
});

test('a message of over 16 MiB ends the attempt', async () => {
  const { run } = await prepare('huge 17\nsay x');
  expect(await run()).toMatchObject({ ok: false, code: 'message_too_large', retryable: false });
});

test('a huge message that fits is logged in entries', async () => {
  const { run, events } = await prepare('huge 1\nstop end_turn');
  const outcome = await run();
  expect(outcome).toMatchObject({ ok: true });
  expect(said(events())).toHaveLength(1_048_576);
});

test('an agent that is signed out is handed back, with the command to run', async () => {
  const { run } = await prepare('say x', { fault: 'signed-out' });
  await expect(run()).rejects.toMatchObject({
    reason: { kind: 'signed_out', sentence: 'It is not signed in: run `scripted login`, as the user of this runner.' },
  });
  const later = await prepare('say Invalid API key · Please run /login');
  await expect(later.run()).rejects.toMatchObject({ reason: { kind: 'signed_out' } });
});

test.each([
  [
    'an error',
    'fail {"code":-32603,"message":"Internal error","data":{"details":"usage limit reached, try again in 5h 12m"}}',
  ],
  ['its last message', 'say Claude usage limit reached, resets in 5h 12m'],
  ['its last words on stderr', 'stderr usage limit reached, try again in 5h 12m\nwait 50\nexit 1'],
])('an account whose limit is reached is told by %s, with the time', async (_where, script) => {
  const { run } = await prepare(script);
  const error = await run().catch((thrown) => thrown);
  expect(error.reason).toMatchObject({ kind: 'limit_reached', sentence: expect.stringContaining('limit reached') });
  const minutes = (error.reason.parked_until.getTime() - Date.now()) / 60_000;
  expect(Math.round(minutes)).toBe(312);
});

test('the trace of the attempt goes along with each prompt, and in the environment of the agent [TR1]', async () => {
  const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  const traced = await prepare('meta', { execution: { traceparent } });
  expect(await traced.run()).toMatchObject({ result: { text: JSON.stringify({ traceparent, env: traceparent }) } });
  expect(await (await prepare('meta')).run()).toMatchObject({ result: { text: '{}' } });
});
