// A server and three model servers of different speed: 60 prompts by what they need of a model, while the fastest
// server is killed in mid-stream and comes back. Every task must succeed, each exactly once.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../src/client/client.ts';
import { end, type Started } from '../process.ts';
import { startModels, startServer } from './processes.ts';
import { report } from './report.ts';
import { exampleTasks } from './tasks.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);
const began = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'whoosh-example-'));
const running: Started[] = [];
const over = new AbortController();
let failed = true;

try {
  const server = await startServer(folder);
  running.push(server);
  const client = createClient({ url: server.url, key: (await readFile(join(folder, 'admin.key'), 'utf8')).trim() });
  say(`server at ${server.url}`);

  const openings: string[] = [];
  const listening = listen();

  const fast = await addModels('fast', 'ollama', 20);
  await addModels('slow', 'ollama', 60);
  await addModels('cloud', 'openai', 40);
  const { items } = await client.submitBatch({ tasks: exampleTasks() });
  say(`${items.length} prompts submitted\n`);

  await untilStreaming();
  await end(fast.child, 'SIGKILL');
  say('fast killed with SIGKILL, in mid-stream');
  await until(async () => (await client.getAgent('fast')).breaker_open);
  say('its breaker is open: it gets no work');
  running.push(await startModels('ollama', 20, Number(new URL(fast.url).port)));
  await client.probeAgent('fast');
  say('fast is back');

  const ids = items.map(({ id }) => id);
  for (const id of ids) await client.waitTask(id, { timeoutMs: 60_000 });
  failed = !(await report(client, ids, openings, say));
  over.abort();
  await listening;

  async function addModels(name: string, kind: 'ollama' | 'openai', tokenMs: number): Promise<Started> {
    const models = await startModels(kind, tokenMs);
    running.push(models);
    const url = kind === 'openai' ? `${models.url}/v1` : models.url;
    await client.addAgent({ kind, name, url, max_concurrent: 3 });
    const agent = await client.approveAgent(name);
    say(`${name}: ${kind} with ${agent.models.join(', ')}, ${tokenMs} ms a token, ${agent.status}`);
    return models;
  }

  /** Notes the agents whose breakers open. */
  async function listen(): Promise<void> {
    const opened = client.followEvents({ type: 'agent.breaker_opened' }, { signal: over.signal });
    // The end of the example ends it.
    const note = async () => {
      for await (const { data } of opened) openings.push((data as { name: string }).name);
    };
    await note().catch(() => {});
  }

  /** Until the fast one is in the middle of answers. */
  async function untilStreaming(): Promise<void> {
    const { id } = await client.getAgent('fast');
    await until(async () => {
      const tasks = await Array.fromAsync(client.listTasks({ state: 'running' }));
      const mine = tasks.filter((task) => task.agent_id === id);
      const logs = await Promise.all(mine.map((task) => Array.fromAsync(client.readLog(task.id))));
      return logs.filter((log) => log.length > 1).length >= 2;
    });
  }
} finally {
  over.abort();
  for (const { child } of running.toReversed()) await end(child, 'SIGTERM');
  await rm(folder, { recursive: true, force: true });
}
say(`${((performance.now() - began) / 1000).toFixed(0)} s`);
process.exitCode = failed ? 1 : 0;

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const over = Date.now() + 60_000; !(await holds()); await pause(20)) {
    if (Date.now() > over) throw new Error('Waited a minute in vain.');
  }
}
