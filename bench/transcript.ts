import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '../src/client/client.ts';
import { createLog } from '../src/lib/log.ts';
import { startRunner } from '../src/runner/loop.ts';
import type { Figure } from './figure.ts';
import { percentile } from './percentile.ts';
import { startServerProcess } from './server-process.ts';

const EVENTS = 1_000;
const PAUSE_MS = 10;
const GOAL_MS = 100;
const AGENT = new URL('../test/support/scripted-acp-agent.ts', import.meta.url).pathname;

/** From the moment in which an agent says something to the one in which a subscriber of the task's log has it. */
export async function transcript(): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const server = await startServerProcess(join(folder, 'server'), { WHOOSH_LOCAL_RUNNER: 'off' });
  try {
    const late = await measure(server.url, folder);
    const [p50, p99] = [percentile(late, 0.5), percentile(late, 0.99)];
    return [
      {
        what: `transcript event to subscriber, p99 of ${late.length}`,
        measured: `${p99.toFixed(0)} ms (p50 ${p50.toFixed(0)} ms)`,
        goal: `<= ${GOAL_MS} ms`,
        met: p99 <= GOAL_MS && late.length === EVENTS,
      },
    ];
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(url: string, folder: string): Promise<number[]> {
  const key = (await readFile(join(folder, 'server', 'admin.key'), 'utf8')).trim();
  const client = createClient({ url, key });
  const { token } = await client.createEnrolment();
  const agents = `agents: [{name: scripted, kind: acp, command: ['${process.execPath}', '${AGENT}'], capabilities: [code]}]`;
  await writeFile(join(folder, 'agents.yaml'), agents);
  const runner = await startRunner({ server: url, token, name: 'bench', folder, log: createLog('silent', false) });
  try {
    await runner.online;
    const prompt = `clock ${EVENTS} ${PAUSE_MS}`;
    const { id } = await client.submitTask({ title: 'bench', prompt, needs: { capabilities: ['code'] } });
    const late: number[] = [];
    for await (const { stream, text } of client.followLog(id)) {
      const said = stream === 'transcript' ? JSON.parse(text) : {};
      if (said.type === 'tool_call') late.push(Date.now() - Number(said.title));
    }
    return late;
  } finally {
    await runner.stop();
  }
}
