import type { CommandAgent } from '../agents-schema.ts';
import { AttemptFailure } from '../attempt-failure.ts';
import { HandBack } from '../hand-back-error.ts';
import { measureGroup } from '../processes/measure-group.ts';
import type { RunningCommand } from '../processes/spawn-command.ts';
import { stopGroup } from '../processes/stop-group.ts';
import { endRest } from './end-rest.ts';
import type { Execution, Executor, Outcome, Usage } from './executor.ts';
import { findLimit } from './limits/find-limit.ts';
import { readCommandOutput } from './read-command-output.ts';
import { readResult } from './read-result.ts';
import { startAgent } from './start-agent.ts';

/**
 * Kind `command`: starts the agent's command once, streams its output, and makes an outcome of its exit code and result
 * file. Nothing of it keeps running afterwards: its process group is ended, and on Linux also what left the group but
 * kept its environment. Throws HandBack when its last lines on stderr say that the limit of its `account` is reached.
 */
export const runCommand: Executor<CommandAgent> = async (execution) => {
  const { agent, folder, output } = execution;
  const startedAt = performance.now();
  const command = await startAgent(execution, { file: agent.prompt === 'stdin' ? folder.promptFile : undefined });
  const measuring = measureGroup(command.pid);
  const reading = readCommandOutput(command, output);
  const exit = await endOf(command, execution);
  const duration_ms = Math.round(performance.now() - startedAt);
  await endRest(command.pid, execution);
  const lastLines = await reading.finish();
  return outcomeOf(execution, exit, lastLines, { exit_code: exit.code, duration_ms, ...measuring.stop() });
};

// After an abort: when the whole group is gone, not only the command itself.
async function endOf(
  command: RunningCommand,
  { signal, killAfterMs }: Pick<Execution, 'signal' | 'killAfterMs'>,
): Promise<Exit> {
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping = stopGroup(command.pid, killAfterMs);
  };
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const exit = await command.exited;
  signal.removeEventListener('abort', stop);
  await stopping;
  return exit;
}

type Exit = Awaited<RunningCommand['exited']>;

async function outcomeOf(
  execution: Execution<CommandAgent>,
  exit: Exit,
  lastLines: string,
  usage: Usage,
): Promise<Outcome> {
  if (exit.code === 0) return succeeded(execution, usage);
  requireWithinLimit(execution, lastLines);
  const how = exit.code === null ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
  return {
    ok: false,
    code: exit.code === null ? 'killed_by_signal' : `exit_${exit.code}`,
    message: `The command ${how}.${lastLines && ` Its last lines on stderr:\n${lastLines}`}`,
    retryable: execution.agent.retry_exit_codes.some((code) => code === exit.code),
    usage,
  };
}

// Only where agents.yaml names the account: else nobody knows whose limit it is.
function requireWithinLimit({ agent, signal }: Execution<CommandAgent>, lastLines: string): void {
  const limit = agent.account !== undefined && !signal.aborted && findLimit(lastLines.slice(-2_000), new Date());
  if (limit) throw new HandBack({ kind: 'limit_reached', ...limit });
}

async function succeeded({ folder }: Pick<Execution, 'folder'>, usage: Usage): Promise<Outcome> {
  try {
    return { ok: true, result: await readResult(folder.resultFile), usage };
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error;
    return { ok: false, code: error.code, message: error.message, retryable: error.retryable, usage };
  }
}
