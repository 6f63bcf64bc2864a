import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

const TASKS = 500;
const GAP_MS = 20;

/** What the routes used here answer, all in one. */
type Answer = Session & { token: string; credential: string; grants: Grant[] };
type Call = (path: string, body: unknown, token?: string) => Promise<Answer>;

/** From the moment a client sends a task to the moment its runner's start is answered, over loopback HTTP and a long poll. */
export async function dispatch(): Promise<Figure[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const server = await startServerProcess(dataDir, { WHOOSH_LOCAL_RUNNER: 'off' });
  try {
    const samples = await measure(server, (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim());
    const p50 = percentile(samples, 0.5);
    const spread = `p99 ${percentile(samples, 0.99).toFixed(1)} ms, ${samples.length} tasks, one each ${GAP_MS} ms`;
    return [
      { what: `submit to start, p50 (${spread})`, measured: `${p50.toFixed(1)} ms`, goal: '<= 10 ms', met: p50 <= 10 },
    ];
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function measure({ url }: ServerProcess, key: string): Promise<number[]> {
  const call: Call = async (path, body, token = key) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
    const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Answer;
  };
  const { token } = await call('/runners/enrolments', {});
  const { credential } = await call('/runners/enrol', { token, name: 'bench' });
  const agents = [{ name: 'bench', kind: 'command', capabilities: ['bench'], max_concurrent: 10 }];
  const session = await call('/runners/session', { version: '0', hostname: 'bench', os: 'linux', agents }, credential);
  const sent = new Map<string, number>();
  const working = work(call, session, credential, sent);
  for (let n = 0; n < TASKS; n++) {
    sent.set(`task ${n}`, performance.now());
    await call('/tasks', { title: `task ${n}`, needs: { capabilities: ['bench'] } });
    await pause(GAP_MS);
  }
  return working;
}

type Session = { holder_id: string; agents: { id: string }[] };
type Grant = { task_id: string; epoch: number; title: string };

/** As a runner does: polls on while what it was given is being started and completed. */
async function work(call: Call, session: Session, credential: string, sent: Map<string, number>): Promise<number[]> {
  const { holder_id, agents } = session;
  const wants = [{ agent_id: agents[0]!.id, slots: 10 }];
  const held = new Map<string, { task_id: string; epoch: number }>();
  const samples: number[] = [];
  const failures: unknown[] = [];
  const begin = async ({ task_id, epoch, title }: Grant) => {
    held.set(task_id, { task_id, epoch });
    await call(`/tasks/${task_id}/attempts/${epoch}/start`, { holder_id }, credential);
    samples.push(performance.now() - sent.get(title)!);
    await call(`/tasks/${task_id}/attempts/${epoch}/complete`, { holder_id, result: null }, credential);
    held.delete(task_id);
  };
  while (samples.length < TASKS && !failures.length) {
    const attempts = [...held.values()];
    const answer = await call('/runners/poll', { holder_id, attempts, wants, wait_ms: 1000 }, credential);
    for (const grant of answer.grants) begin(grant).catch((error) => failures.push(error));
  }
  if (failures.length) throw failures[0];
  return samples;
}
