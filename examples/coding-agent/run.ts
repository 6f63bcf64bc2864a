// A real coding agent mends a failing test through WHOOSH: it works in a worktree, asks before it edits, and is answered
// by `whoosh answer`. Its model is scripted, so no key and no internet are needed once it is installed.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { createClient } from '../../src/client/client.ts';
import { startServer } from '../main-job/processes.ts';
import { end, WHOOSH } from '../process.ts';
import { installAgent } from './install-agent.ts';
import { cloneWith, makeRepository, passes } from './repository.ts';
import { startModel } from './scripted-model.ts';
import { startRunner } from './start-runner.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

say('installing the agent (once)');
const program = await installAgent();
const startedAt = performance.now();
const folder = await mkdtemp(join(tmpdir(), 'whoosh-example-'));
const dataDir = join(folder, 'server');
const repository = join(folder, 'repository');
await makeRepository(repository);
const model = await startModel();
const server = await startServer(dataDir, 0);
const client = createClient({ url: server.url, key: (await readFile(join(dataDir, 'admin.key'), 'utf8')).trim() });
const { token } = await client.createEnrolment();
const own = join(folder, 'runner');
const runner = await startRunner({
  url: server.url,
  token,
  folder: own,
  repository: folder,
  program,
  model: model.url,
});

let failed = true;
try {
  await cloneWith(repository, join(folder, 'before'));
  if (await passes(join(folder, 'before'))) throw new Error('The test passes before anything was done.');
  const { id } = await client.submitTask({
    title: 'Mend the test',
    prompt: 'The test in this repository fails. Find out why and mend it.',
    needs: { capabilities: ['code'] },
    workspace: { kind: 'git', repository, ref: 'main' },
    // It is submitted before the runner is there.
    allow_unsatisfiable: true,
  });
  say(`task ${id} submitted: the test fails`);

  await until(async () => (await whoosh('inbox')).includes('sum.js'));
  say(`\n$ whoosh inbox\n${await whoosh('inbox')}`);
  const [question] = await Array.fromAsync(client.listQuestions({ task: id }));
  const option = question!.options.find((one) => one.id.includes('once'))!;
  say(`$ whoosh answer ${question!.id} ${option.id}\n${await whoosh('answer', question!.id, option.id)}`);

  const task = await client.waitTask(id, { timeoutMs: 120_000 });
  say(`$ whoosh task transcript ${id}\n${await whoosh('task', 'transcript', id)}`);
  if (task.state !== 'succeeded') throw new Error(`The task is ${task.state}: ${task.error?.message}`);
  const questions = await Array.fromAsync(client.listQuestions({ task: id, state: 'answered' }));
  if (questions.length !== 1) throw new Error(`It asked ${questions.length} times.`);

  await whoosh('task', 'download', id, 'changes.patch', '--output', join(folder, 'patch'));
  await cloneWith(repository, join(folder, 'after'), await readFile(join(folder, 'patch'), 'utf8'));
  if (!(await passes(join(folder, 'after')))) throw new Error('The test fails with the patch.');
  say('The patch applies to a fresh clone, and the test passes.');
  say(`${((performance.now() - startedAt) / 1000).toFixed(1)} s without the installation`);
  failed = false;
} catch (error) {
  say(String(error));
} finally {
  await end(runner, 'SIGTERM');
  await end(server.child, 'SIGTERM');
  await model.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = failed ? 1 : 0;

/** Runs the CLI against the server of the example, and gives what it printed. */
async function whoosh(...args: string[]): Promise<string> {
  const env = { ...process.env, WHOOSH_DATA_DIR: dataDir };
  return (await promisify(execFile)(process.execPath, [WHOOSH, ...args], { env })).stdout;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const over = Date.now() + 60_000; !(await holds()); await pause(200)) {
    if (Date.now() > over) throw new Error('Waited a minute in vain.');
  }
}
