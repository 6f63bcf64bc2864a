import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLog } from '../../src/lib/log.ts';
import { type RunnerOptions, startRunner } from '../../src/runner/loop.ts';
import { removeFolder } from '../../src/runner/remove-folder.ts';
import type { RunningServer } from './running-server.ts';

/** A shell that runs the prompt of a task as a script, and may work anywhere below the temporary folder. */
const SHELL = `
directories: [${tmpdir()}]
agents:
  - {name: shell, kind: command, command: [sh, -s], capabilities: [shell], max_concurrent: 4, pass_env: [GIT_CONFIG_NOSYSTEM]}
`;

/** A folder with agents.yaml that is removed with the test. */
export async function runnerFolder(agents = SHELL): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-runner-'));
  onTestFinished(() => removeFolder(folder));
  await writeAgents(folder, agents);
  return folder;
}

export async function writeAgents(folder: string, agents: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'agents.yaml'), agents);
}

type Options = Partial<RunnerOptions> & { agents?: string };

/** Starts a runner in this process, enrolled at the server, and waits until it is online; it ends with the test. */
export async function runningRunner(server: RunningServer, { agents, ...options }: Options = {}) {
  const folder = options.folder ?? (await runnerFolder(agents));
  const { token } = await server.client.createEnrolment();
  const log = createLog('silent', false);
  const runner = await startRunner({ server: server.url, token, name: 'desk', log, ...options, folder });
  onTestFinished(async () => {
    void runner.stop();
    await runner.stop();
    await rm(join(folder, 'runner.lock'), { force: true });
  });
  await runner.online;
  return { ...runner, folder };
}
