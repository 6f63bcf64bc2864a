import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Member } from './enrol-fleet.ts';
import { HOLDING, workFor } from './fleet-kinds.ts';
import type { LoadAnswer, LoadRequest } from './fleet-load.ts';

/** As real runners do: as long as the server holds a poll, and four times a lease. */
const IDLE_MS = 25_000;
const RENEW_MS = 15_000;
const PATIENCE_MS = 60_000;
const AGAIN_MS = 250;
/** Of the event streams one in so many. */
const FOLLOW_ALL = 10;

type Ref = { task_id: string; epoch: number };
type Grant = Ref & { title: string };

let http: Pool;
let key = '';
const sent = new Map<string, number>();
let late: number[] = [];
let streamed = 0;
let repeated = 0;
const held: Ref[] = [];
let submitted = 0;

async function call(path: string, body: unknown, token: string): Promise<{ grants: Grant[] }> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = { path: `/api/v1${path}`, method: 'POST' as const, headers, body: JSON.stringify(body) };
  for (;;) {
    const answer = await http.request(request).catch(broken);
    const text = await answer?.body.text();
    if (answer && answer.statusCode < 300) return JSON.parse(text!);
    if (answer && answer.statusCode !== 503) throw new Error(`${path}: ${answer.statusCode} ${text}`);
    // As a runner does when the server does not answer.
    repeated += 1;
    await pause(AGAIN_MS);
  }
}

function broken(error: NodeJS.ErrnoException): undefined {
  if (!['ECONNRESET', 'ECONNREFUSED', 'UND_ERR_SOCKET'].includes(error.code ?? '')) throw error;
}

const poll = async ({ holder_id, agent_id, credential }: Member, attempts: Ref[], wait_ms: number) => {
  const wants = attempts.length ? [] : [{ agent_id, slots: 1 }];
  return (await call('/runners/poll', { holder_id, attempts, wants, wait_ms: Math.ceil(wait_ms) }, credential)).grants;
};

const report = ({ task_id, epoch }: Ref, what: string, { holder_id, credential }: Member) =>
  call(`/tasks/${task_id}/attempts/${epoch}/${what}`, { holder_id }, credential);

/** Starts the first task that it is given, and keeps it. */
async function hold(member: Member): Promise<void> {
  const attempts: Ref[] = [];
  while (!attempts.length) {
    for (const { task_id, epoch } of await poll(member, [], IDLE_MS)) attempts.push({ task_id, epoch });
  }
  for (const attempt of attempts) await report(attempt, 'start', member);
  held.push(...attempts);
  // At any time within the first turn: else all would renew in step.
  await poll(member, attempts, Math.random() * RENEW_MS);
  for (;;) await poll(member, attempts, RENEW_MS);
}

/** Does what it is given at once. */
async function work(member: Member): Promise<void> {
  for (let wait = Math.random() * IDLE_MS; ; wait = IDLE_MS) {
    for (const grant of await poll(member, [], wait)) {
      late.push(performance.now() - sent.get(grant.title)!);
      await report(grant, 'start', member);
      await report(grant, 'complete', member);
    }
  }
}

async function follow(token: string, path: string): Promise<void> {
  const { body } = await http.request({
    path: `/api/v1${path}`,
    method: 'GET',
    headers: { authorization: `Bearer ${token}` },
  });
  body.on('data', (bytes: Buffer) => {
    streamed += bytes.length;
  });
}

async function until(isDone: () => boolean, what: string): Promise<void> {
  for (const over = performance.now() + PATIENCE_MS; !isDone(); await pause(20)) {
    if (performance.now() > over) throw new Error(`${what} took longer than ${PATIENCE_MS} ms.`);
  }
}

const submit = (needs: string[]): Promise<unknown> => {
  const tasks = needs.map((need) => ({ title: `task ${submitted++}`, needs: { capabilities: [need] } }));
  for (const { title } of tasks) sent.set(title, performance.now());
  return call('/tasks/batch', { tasks }, key);
};

async function begin(request: Extract<LoadRequest, { ask: 'poll' }>): Promise<void> {
  key = request.key;
  http = new Pool(request.url, { connections: null, headersTimeout: 2 * IDLE_MS, bodyTimeout: 0 });
  for (const [n, member] of request.members.entries()) {
    (n < HOLDING ? hold(member) : work(member)).catch(fail);
    // A fleet does not connect within one moment: 2,000 in half a second overflowed the server's queue of connections.
    if (n % 5 === 0) await pause(10);
  }
}

async function giveToHold(): Promise<void> {
  await submit(Array.from({ length: HOLDING }, () => 'hold'));
  await until(() => held.length === HOLDING, `Starting ${HOLDING} tasks`);
}

/** Most look at one task; each of a few is told of everything. */
async function openStreams({ keys, streams }: Extract<LoadRequest, { ask: 'follow' }>): Promise<void> {
  const pathOf = (n: number) => (n % FOLLOW_ALL === 0 ? '/events' : `/tasks/${held[n % HOLDING]!.task_id}/events`);
  await Promise.all(Array.from({ length: streams }, (_, n) => follow(keys[n % keys.length]!, pathOf(n))));
}

async function giveWork({ tasks, everyMs }: Extract<LoadRequest, { ask: 'work' }>): Promise<void> {
  late = [];
  for (let n = 0; n < tasks; n++) {
    submit([workFor(submitted)]).catch(fail);
    await pause(everyMs);
  }
  await until(() => late.length === tasks, `Granting ${tasks} tasks`);
}

async function answer(request: LoadRequest): Promise<LoadAnswer> {
  if (request.ask === 'poll') await begin(request);
  if (request.ask === 'work') await giveWork(request);
  if (request.ask === 'hold') await giveToHold();
  if (request.ask === 'follow') await openStreams(request);
  return { late, streamed, repeated };
}

function fail(error: unknown): void {
  process.stderr.write(`${error}\n`);
  process.exit(1);
}

process.on('message', (request: LoadRequest) => answer(request).then((told) => process.send!(told), fail));
