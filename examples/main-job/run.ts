// A server, three runners and a real repository: 30 tasks with dependencies, while one runner is killed and the server
// restarted in the middle. Every task must succeed, each exactly once.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClient } from '../../src/client/client.ts';
import { end } from '../process.ts';
import { makeRepository, startRunner, startServer } from './processes.ts';
import { exampleTasks } from './tasks.ts';

type Client = ReturnType<typeof createClient>;

const say = (line: string) => process.stdout.write(`${line}\n`);
const folder = await mkdtemp(join(tmpdir(), 'whoosh-example-'));
const dataDir = join(folder, 'server');
const repository = join(folder, 'repository');
await makeRepository(repository);

let server = await startServer(dataDir, 0);
const client = createClient({ url: server.url, key: (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim() });
say(`server at ${server.url}`);

const runners = [];
for (const name of ['alpha', 'beta', 'gamma']) {
  const { token } = await client.createEnrolment();
  const options = { name, folder: join(folder, name), url: server.url, token, repositories: folder };
  runners.push(await startRunner(options));
}

let failed = true;
try {
  await untilOnline(client, runners.length);
  const { items } = await client.submitBatch({ tasks: exampleTasks(repository) });
  say(`${items.length} tasks submitted`);

  await untilSucceeded(client, 4);
  await end(runners[0]!, 'SIGKILL');
  say('runner alpha killed with SIGKILL');
  await untilSucceeded(client, 8);
  await end(server.child, 'SIGTERM');
  server = await startServer(dataDir, Number(new URL(server.url).port));
  say('server restarted');

  for (const { id } of items) await client.waitTask(id, { timeoutMs: 180_000 });
  failed = !(await report(
    client,
    items.map(({ id }) => id),
  ));
} finally {
  for (const runner of runners) await end(runner, 'SIGTERM');
  await end(server.child, 'SIGTERM');
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

async function untilOnline(client: Client, count: number): Promise<void> {
  await until(async () => (await client.listRunners()).filter(({ online }) => online).length >= count);
}

async function untilSucceeded(client: Client, count: number): Promise<void> {
  await until(async () => (await Array.fromAsync(client.listTasks({ state: 'succeeded' }))).length >= count);
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const over = Date.now() + 120_000; !(await holds()); await pause(100)) {
    if (Date.now() > over) throw new Error('Waited two minutes in vain.');
  }
}

/** Prints a row a task; true when each succeeded exactly once. */
async function report(client: Client, ids: string[]): Promise<boolean> {
  say('');
  say(row('task', 'state', 'attempts', 'by', 'seconds'));
  let good = true;
  for (const id of ids) {
    const task = await client.getTask(id);
    const attempts = await client.listAttempts(id);
    const successes = attempts.filter(({ outcome }) => outcome === 'succeeded');
    good &&= task.state === 'succeeded' && successes.length === 1;
    const seconds = (Date.parse(task.finished_at ?? '') - Date.parse(task.started_at ?? '')) / 1000;
    const how = attempts.map(({ runner, outcome }) => `${runner} ${outcome}`).join(', ');
    say(row(task.title, task.state, String(attempts.length), how, seconds.toFixed(1)));
  }
  say('');
  say(good ? `${ids.length} tasks: every one succeeded, each exactly once.` : 'Not every task succeeded exactly once.');
  return good;
}

function row(title: string, state: string, attempts: string, by: string, seconds: string): string {
  return `${title.padEnd(36)} ${state.padEnd(10)} ${attempts.padStart(8)}  ${seconds.padStart(7)}  ${by}`;
}
