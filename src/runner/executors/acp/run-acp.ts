import { setTimeout as pause } from 'node:timers/promises';
import type { AcpAgent } from '../../agents-schema.ts';
import { AttemptFailure } from '../../attempt-failure.ts';
import { measureGroup } from '../../processes/measure-group.ts';
import type { RunningCommand } from '../../processes/spawn-command.ts';
import { stopGroup } from '../../processes/stop-group.ts';
import { endRest } from '../end-rest.ts';
import type { Execution, Executor } from '../executor.ts';
import { readCommandOutput } from '../read-command-output.ts';
import { startAgent } from '../start-agent.ts';
import { type ConnectedAgent, connectAgent } from './connect-agent.ts';
import { converse, type Progress } from './converse.ts';
import { type End, outcomeOf } from './outcome-of.ts';

/** Time for the agent to store its session once it was told that nobody speaks any more. */
const FAREWELL_MS = 3_000;

/**
 * Kind `acp`: starts the agent's command, speaks the Agent Client Protocol with it on its standard input and output, and
 * makes an outcome of how its last turn ended. Nothing of it keeps running afterwards, as with kind `command`. Throws
 * HandBack when the agent is not signed in, or the limit of its account is reached.
 */
export const runAcp: Executor<AcpAgent> = async (execution) => {
  const startedAt = performance.now();
  const command = await startAgent(execution, 'pipe');
  const measuring = measureGroup(command.pid);
  const reading = readCommandOutput({ stderr: command.stderr }, execution.output);
  const agent = connectAgent(execution, command);
  const progress: Progress = { turns: [] };
  const how = await talk(agent, execution, progress);
  const exit = await leave(command, agent, execution, how);
  const lastLines = await reading.finish();
  const duration_ms = Math.round(performance.now() - startedAt);
  const end: End = { ...how, ...progress, exit, lastLines, transcript: agent.transcript };
  return outcomeOf(execution, end, { duration_ms, ...measuring.stop() });
};

type How = Pick<End, 'error' | 'isExited'>;

/** Until the conversation is over, the agent is gone, or it was cancelled and did not answer for long enough. */
async function talk(agent: ConnectedAgent, execution: Execution<AcpAgent>, progress: Progress): Promise<How> {
  const { connection, transcript } = agent;
  const over = new AbortController();
  const talking = converse(connection.agent, execution, transcript, progress).then(
    (): How => ({ error: undefined, isExited: false }),
    (error): How => ({ error, isExited: connection.signal.aborted && !(error instanceof AttemptFailure) }),
  );
  try {
    return await Promise.race([talking, graceAfter(execution, over.signal)]);
  } finally {
    over.abort();
  }
}

// A cancelled agent may still say how its turn ended; after this it is ended as it is.
async function graceAfter({ signal, killAfterMs }: Execution, over: AbortSignal): Promise<How> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over });
  });
  await pause(Math.min(5_000, killAfterMs / 2), undefined, { signal: over }).catch(() => {});
  return { error: undefined, isExited: false };
}

type Exit = Awaited<RunningCommand['exited']>;

async function leave(command: RunningCommand, agent: ConnectedAgent, execution: Execution, how: How): Promise<Exit> {
  agent.terminals.close();
  command.stdin?.end();
  const patience = execution.signal.aborted || (how.error && !how.isExited) ? 0 : FAREWELL_MS;
  const over = new AbortController();
  await Promise.race([command.exited, pause(patience, undefined, { signal: over.signal }).catch(() => {})]);
  over.abort();
  await stopGroup(command.pid, execution.signal.aborted ? execution.killAfterMs / 2 : FAREWELL_MS);
  const exit = await command.exited;
  agent.connection.close();
  await endRest(command.pid, execution);
  return exit;
}
