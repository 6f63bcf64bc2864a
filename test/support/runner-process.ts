import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { end } from '../../examples/process.ts';
import type { RunnerOptions } from '../../src/runner/loop.ts';
import { runnerFolder } from './runner-folder.ts';
import type { RunningServer } from './running-server.ts';

type Options = Partial<Omit<RunnerOptions, 'log' | 'signal'>> & {
  /** Arguments of node itself. */
  nodeArgs?: string[];
};

export type RunnerProcess = {
  child: ChildProcess;
  folder: string;
  /** Signals it and waits for its end. */
  kill(signal: NodeJS.Signals): Promise<void>;
};

/** Starts a runner in a process of its own, enrolled at the server, and waits until it is online. */
export async function runnerProcess(
  server: Pick<RunningServer, 'url' | 'client'>,
  name: string,
  { nodeArgs = [], ...options }: Options = {},
): Promise<RunnerProcess> {
  const folder = options.folder ?? (await runnerFolder());
  const { token } = await server.client.createEnrolment();
  const program = fileURLToPath(new URL('./runner-main.ts', import.meta.url));
  const settings = JSON.stringify({ server: server.url, token, name, ...options, folder });
  const child = spawn(process.execPath, [...nodeArgs, program, settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = (signal: NodeJS.Signals) => end(child, signal);
  onTestFinished(() => kill('SIGKILL'));
  await Promise.race([once(child.stdout!, 'data'), ended(child)]);
  return { child, folder, kill };
}

async function ended(child: ChildProcess): Promise<never> {
  const [code] = await once(child, 'exit');
  throw new Error(`The runner ended with exit code ${code} before it was online`);
}
