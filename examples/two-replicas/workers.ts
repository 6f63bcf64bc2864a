import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '../../src/client/client.ts';
import type { Warden } from '../../test/faults/fleet/warden.ts';
import { startModels } from '../model-fleet/processes.ts';
import { WHOOSH } from '../process.ts';

const TOKEN_MS = 20;
const RUNNERS = ['alpha', 'beta'];

/** What the prompt says is the result: so a task that got the result of another is found. */
const AGENTS = `agents:
  - name: note
    kind: command
    command: [sh, -c, 'printf "\\"%s\\"" "$(cat)" > "$WHOOSH_RESULT_FILE"']
    capabilities: [note]
    max_concurrent: 8
`;

type Place = { client: Client; url: string; folder: string; warden: Warden };

/** Starts two runners that know the balancer only, and one model server; waits until all are online. */
export async function startWorkers({ client, url, folder, warden }: Place): Promise<ChildProcess[]> {
  const models = await startModels('ollama', TOKEN_MS);
  warden.watch(models.child);
  await client.addAgent({ kind: 'ollama', name: 'models', url: models.url, max_concurrent: 32 });
  await client.approveAgent('models');
  const runners: ChildProcess[] = [];
  for (const name of RUNNERS) runners.push(await startRunner(name, { client, url, folder, warden }));
  await untilOnline(client, RUNNERS.length + 1);
  return [models.child, ...runners];
}

async function startRunner(name: string, { client, url, folder, warden }: Place): Promise<ChildProcess> {
  const home = join(folder, name);
  await mkdir(home);
  await writeFile(join(home, 'agents.yaml'), AGENTS);
  const { token } = await client.createEnrolment();
  const args = ['runner', '--server', url, '--token', token, '--name', name, '--folder', home];
  const child = spawn(process.execPath, [WHOOSH, ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, WHOOSH_LOG_LEVEL: 'error' },
  });
  warden.watch(child);
  return child;
}

async function untilOnline(client: Client, count: number): Promise<void> {
  const online = async () => (await client.listAgents()).filter(({ status }) => status === 'online').length;
  for (const giveUpAt = performance.now() + 60_000; (await online()) < count; await pause(200)) {
    if (performance.now() > giveUpAt) throw new Error('Runners and model server were not online within a minute.');
  }
}
