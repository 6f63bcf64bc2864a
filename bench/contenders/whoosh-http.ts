import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { Pool } from 'undici';
import type { Contender, WorkHooks } from '../contender.ts';
import { startServerProcess } from '../server-process.ts';

const RUNNERS = 4;
const SLOTS = 64;

/** What the routes used here answer, all in one. */
type Answer = Session & { token: string; credential: string; grants: Grant[] };
type Session = { holder_id: string; agents: { id: string }[] };
type Grant = { task_id: string; epoch: number; title: string };
type Call = (path: string, body: unknown, token: string) => Promise<Answer>;
type Runner = { session: Session; credential: string };

/** WHOOSH as a process of its own, over HTTP; its work goes as a runner's does: poll, start, complete. */
export async function openWhooshHttp(url: string): Promise<Contender> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const server = await startServerProcess(dataDir, { DATABASE_URL: url, WHOOSH_LOCAL_RUNNER: 'off' });
  await liftCap(url);
  const http = new Pool(server.url, { connections: 320 });
  const call: Call = async (path, body, token) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await http.request({ path: `/api/v1${path}`, method: 'POST', headers, body: JSON.stringify(body) });
    if (answer.statusCode >= 300) throw new Error(`${path}: ${answer.statusCode} ${await answer.body.text()}`);
    return (await answer.body.json()) as Answer;
  };
  const key = (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim();
  const runners: Runner[] = [];
  for (let n = 0; n < RUNNERS; n++) runners.push(await enrol(call, key, `bench-${n}`));
  return {
    name: 'WHOOSH, over HTTP',
    how: 'POST /tasks',
    submit: (n) => call('/tasks', { title: String(n) }, key),
    submitMany: (count) =>
      call('/tasks/batch', { tasks: Array.from({ length: count }, (_, n) => ({ title: String(n) })) }, key),
    works: [{ how: `${RUNNERS} runners of ${SLOTS} slots`, start: (hooks) => startWork(call, runners, hooks) }],
    async close() {
      await http.destroy();
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function liftCap(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('update projects set max_unfinished_tasks = 2000000000').finally(() => client.end());
}

async function enrol(call: Call, key: string, name: string): Promise<Runner> {
  const { token } = await call('/runners/enrolments', {}, key);
  const { credential } = await call('/runners/enrol', { token, name }, '');
  const agents = [{ name: 'bench', kind: 'command', capabilities: [], max_concurrent: SLOTS }];
  const hello = { version: '0', hostname: 'bench', os: 'linux', agents };
  return { session: await call('/runners/session', hello, credential), credential };
}

async function startWork(call: Call, runners: Runner[], hooks: WorkHooks) {
  const over = new AbortController();
  const working = Promise.all(runners.map((runner) => workAs(call, runner, hooks, over.signal)));
  return async () => {
    over.abort();
    await working;
  };
}

async function workAs(call: Call, { session, credential }: Runner, hooks: WorkHooks, over: AbortSignal) {
  const { holder_id, agents } = session;
  const wants = [{ agent_id: agents[0]!.id, slots: SLOTS }];
  const perform = async ({ task_id, epoch, title }: Grant) => {
    await call(`/tasks/${task_id}/attempts/${epoch}/start`, { holder_id }, credential);
    hooks.started(Number(title));
    await call(`/tasks/${task_id}/attempts/${epoch}/complete`, { holder_id, result: null }, credential);
    hooks.ended();
  };
  while (!over.aborted) {
    const { grants } = await call('/runners/poll', { holder_id, attempts: [], wants, wait_ms: 500 }, credential);
    await Promise.all(grants.map(perform));
  }
}
