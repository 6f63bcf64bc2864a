import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { client } from '@agentclientprotocol/sdk';
import type { AgentConfig } from '../../agents-schema.ts';
import { agentEnvironment } from '../../environment.ts';
import { findExecutable } from '../../find-executable.ts';
import { OutputLog } from '../../output/output-log.ts';
import { signalGroup } from '../../processes/signal-group.ts';
import { spawnCommand } from '../../processes/spawn-command.ts';
import { messageStream } from './message-stream.ts';
import { initialize, openNewSession } from './open-session.ts';
import { asksForSignIn } from './sign-in.ts';

const HELLO_MS = 30_000;

/**
 * Whether an agent opens a session, in an empty folder and without asking it anything. An agent that fails otherwise
 * counts as signed in: the next task tells what is wrong with it.
 */
export async function isSignedIn(agent: AgentConfig, own: NodeJS.ProcessEnv): Promise<boolean> {
  if (agent.kind !== 'acp') return true;
  const folder = await mkdtemp(join(tmpdir(), 'whoosh-look-'));
  try {
    await openSessionIn(folder, agent, agentEnvironment(agent, own));
    return true;
  } catch (error) {
    return !asksForSignIn(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function openSessionIn(
  cwd: string,
  { command: [program, ...args] }: AgentConfig,
  env: ReturnType<typeof agentEnvironment>,
): Promise<void> {
  const found = await findExecutable(program, env.PATH);
  if ('reason' in found) return;
  const child = await spawnCommand({ path: found.path, args, cwd, env, input: 'pipe', folder: cwd });
  child.stderr.resume();
  const nowhere = new OutputLog({ send: async () => {} });
  const connection = client({ name: 'whoosh' })
    .onNotification('*', () => {})
    .connect(messageStream({ stdin: child.stdin!, stdout: child.stdout }, nowhere, () => {}));
  try {
    await initialize(connection.agent, HELLO_MS);
    await openNewSession(connection.agent, cwd);
  } finally {
    connection.close();
    signalGroup(child.pid, 'SIGKILL');
    await child.exited;
  }
}
