// A coding agent without a model: speaks the Agent Client Protocol by the script that the prompt is. A prompt is lines of
// `command argument`; what each does is below. node scripted-acp-agent.ts [--fault NAME]
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

type Message = {
  id?: number;
  method?: string;
  params?: never;
  result?: never;
  error?: { code: number; message: string };
};

const fault = process.argv[process.argv.indexOf('--fault') + 1] ?? '';
const waiting = new Map<number, (message: Message) => void>();
let nextId = 1;
let sessionId = '';
let cancelled = false;

const send = (message: object) => void process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const say = (update: object) => send({ method: 'session/update', params: { sessionId, update } });
const tell = (text: string) => say({ sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } });

/** Calls the client; gives its result, or its error as text. */
async function ask(method: string, params: object): Promise<never> {
  const id = nextId++;
  const answer = new Promise<Message>((resolve) => waiting.set(id, resolve));
  send({ id, method, params: { sessionId, ...params } });
  const { result, error } = await answer;
  return (error ? { error: error.message } : result) as never;
}

const OPTIONS = [
  { optionId: 'yes', name: 'Allow once', kind: 'allow_once' },
  { optionId: 'always', name: 'Always allow', kind: 'allow_always' },
  { optionId: 'no', name: 'Reject', kind: 'reject_once' },
];

/** What came beside the prompt. */
let meta: object | undefined;

/** What a line of a prompt can say. Each may give a stop reason. */
const COMMANDS: Record<string, (argument: string) => unknown> = {
  say: (text) => tell(text.replaceAll('\\n', '\n')),
  think: (text) => say({ sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text } }),
  update: (json) => say(JSON.parse(json)),
  raw: (text) => void process.stdout.write(`${text}\n`),
  stderr: (text) => void process.stderr.write(`${text}\n`),
  meta: () => tell(JSON.stringify({ ...meta, env: process.env.TRACEPARENT })),
  wait: async (ms) => void (await pause(Number(ms))),
  read: async (path) => tell(JSON.stringify(await ask('fs/read_text_file', { path: resolved(path) }))),
  write: async (argument) => {
    const [path = '', ...text] = argument.split(' ');
    tell(JSON.stringify(await ask('fs/write_text_file', { path: resolved(path), content: text.join(' ') })));
  },
  run: async (command) => {
    const { terminalId, error } = await ask('terminal/create', { command, cwd: process.cwd() });
    if (error) return tell(error);
    await ask('terminal/wait_for_exit', { terminalId });
    tell(JSON.stringify(await ask('terminal/output', { terminalId })));
    await ask('terminal/release', { terminalId });
  },
  terminal: async (json) => tell(JSON.stringify(await ask('terminal/create', JSON.parse(json)))),
  permit: async (argument) => {
    const [kind, path = '', ...title] = argument.split(' ');
    const toolCall = {
      toolCallId: `call-${nextId}`,
      kind,
      title: title.join(' '),
      locations: [{ path: resolved(path) }],
    };
    say({ sessionUpdate: 'tool_call', status: 'pending', ...toolCall });
    const { outcome } = await ask('session/request_permission', { toolCall, options: OPTIONS });
    say({ sessionUpdate: 'tool_call_update', toolCallId: toolCall.toolCallId, status: 'completed' });
    tell(JSON.stringify(outcome));
  },
  fail: (json) => Promise.reject(JSON.parse(json)),
  exit: (code) => process.exit(Number(code)),
  // Each call says when it was made.
  clock: async (argument) => {
    const [count, ms] = argument.split(' ').map(Number);
    for (let i = 0; i < count!; i++) {
      say({ sessionUpdate: 'tool_call', toolCallId: `c${i}`, title: String(Date.now()) });
      await pause(ms);
    }
  },
  flood: (count) => {
    const text = 'word '.repeat(20);
    const update = { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text } };
    const message = { jsonrpc: '2.0', method: 'session/update', params: { sessionId, update } };
    process.stdout.write(`${JSON.stringify(message)}\n`.repeat(Number(count)));
  },
  stderrflood: (megabytes) => {
    for (let i = 0; i < Number(megabytes); i++) process.stderr.write(`${'e'.repeat(1_048_575)}\n`);
  },
  huge: (megabytes) => tell('x'.repeat(Number(megabytes) * 1_048_576)),
  requests: (count) => {
    for (let i = 0; i < Number(count); i++)
      send({ id: `r${i}`, method: 'fs/read_text_file', params: { sessionId, path: '/x' } });
  },
  unknown: (method) => {
    send({ method, params: { anything: true } });
    send({ id: 'u1', method: `${method}/ask`, params: {} });
    send({ id: 999_999, result: {} });
    send({ nonsense: true });
    say({ sessionUpdate: 'never_heard_of', x: 1 });
    say({ sessionUpdate: 'tool_call', toolCallId: 7 });
    send({ method: 'session/update', params: 'x' });
  },
  stuck: () => new Promise(() => {}),
  linger: async () => {
    while (!cancelled) await pause(5);
    return 'cancelled';
  },
  stop: (reason) => reason,
  cwd: () => tell(process.cwd()),
  session: () => tell(sessionId),
};

const resolved = (path: string): string => (path.startsWith('/') ? path : `${process.cwd()}/${path}`);

async function play(script: string): Promise<object> {
  for (const line of script.split('\n')) {
    const [name = '', ...rest] = line.split(' ');
    const stopReason = await COMMANDS[name]?.(rest.join(' '));
    if (typeof stopReason === 'string') return { stopReason };
    if (cancelled) return { stopReason: 'cancelled' };
  }
  return { stopReason: 'end_turn', usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15 } };
}

const SESSIONS = process.env.SCRIPTED_SESSIONS ?? '';
const METHODS: Record<string, (params: never) => unknown> = {
  initialize: () => {
    if (fault === 'silent') return new Promise(() => {});
    if (fault === 'garbage') return { protocolVersion: 'x' };
    return {
      protocolVersion: fault === 'version' ? 7 : 1,
      agentInfo: { name: 'scripted', version: '1' },
      agentCapabilities: { loadSession: SESSIONS !== '' },
      authMethods: [{ id: 'login', name: 'Log in', description: 'Run `scripted login` in the terminal' }],
    };
  },
  'session/new': () => {
    if (fault === 'signed-out' && !existsSync(process.env.SCRIPTED_LOGIN ?? ''))
      return Promise.reject({ code: -32_000, message: 'Authentication required' });
    sessionId = `session-${process.pid}`;
    if (SESSIONS) writeFileSync(`${SESSIONS}/${sessionId}`, process.cwd());
    const availableModes = ['ask', 'plan'].map((id) => ({ id, name: id }));
    return { sessionId, modes: { currentModeId: 'ask', availableModes } };
  },
  'session/load': ({ sessionId: id }: { sessionId: string }) => {
    const path = `${SESSIONS}/${id}`;
    if (!existsSync(path) || readFileSync(path, 'utf8') !== process.cwd())
      return Promise.reject({ code: -32_002, message: 'Resource not found' });
    sessionId = id;
    tell('what was said before');
    return {};
  },
  'session/set_mode': ({ modeId }: { modeId: string }) => {
    say({ sessionUpdate: 'current_mode_update', currentModeId: modeId });
    return {};
  },
  'session/prompt': ({ prompt, _meta }: { prompt: { text: string }[]; _meta?: object }) => {
    meta = _meta;
    return play(prompt.map(({ text }) => text).join('\n'));
  },
};

async function answer({ id, method = '', params }: Message): Promise<unknown> {
  if (method === 'session/cancel') cancelled = fault !== 'deaf';
  const handler = METHODS[method];
  if (id === undefined) return undefined;
  if (!handler) return send({ id, error: { code: -32_601, message: `no ${method}` } });
  try {
    send({ id, result: await handler(params as never) });
  } catch (error) {
    send({ id, error });
  }
}

if (fault === 'exit') process.exit(3);
if (fault === 'banner') process.stdout.write('Welcome!\n{not json\n');
if (fault === 'noise') process.stdout.write(`${'noise '.repeat(20)}\n`.repeat(50_000));
if (fault === 'deaf') process.on('SIGTERM', () => {});
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const message = JSON.parse(line) as Message;
    if (message.method) void answer(message);
    else if (message.id !== undefined) waiting.get(message.id)?.(message);
  })
  .on('close', () => fault === 'deaf' || process.exit(0));
