import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createLog } from '../../src/lib/log.ts';
import { type RunnerOptions, type StartedRunner, startRunner } from '../../src/runner/loop.ts';
import { runnerFolder } from './runner-folder.ts';
import type { RunningServer } from './running-server.ts';

type Options = Partial<RunnerOptions> & {
  /** Text of agents.yaml; default: a shell with four slots that may work below the temporary folder. */
  agents?: string;
};

/** Starts a runner in this process, enrolled at the server, and waits until it is online; it ends with the test. */
export async function runningRunner(
  server: RunningServer,
  name = 'desk',
  { agents, ...options }: Options = {},
): Promise<StartedRunner & { folder: string }> {
  const folder = options.folder ?? (await runnerFolder());
  if (agents) await writeFile(join(folder, 'agents.yaml'), agents);
  const { token } = await server.client.createEnrolment();
  const log = createLog('silent', false);
  const runner = await startRunner({ server: server.url, token, name, log, ...options, folder });
  onTestFinished(async () => {
    void runner.stop();
    await runner.stop();
  });
  await runner.online;
  return { ...runner, folder };
}
