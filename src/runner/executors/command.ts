import { writeFile } from 'node:fs/promises';
import { AttemptFailure } from '../attempt-failure.ts';
import { killMarked } from '../processes/kill-marked.ts';
import { measureGroup } from '../processes/measure-group.ts';
import { processStart } from '../processes/process-start.ts';
import { signalGroup } from '../processes/signal-group.ts';
import { type RunningCommand, spawnCommand } from '../processes/spawn-command.ts';
import { stopGroup } from '../processes/stop-group.ts';
import { ATTEMPT_VARIABLE, commandEnvironment } from './command-environment.ts';
import { commandLine } from './command-line.ts';
import type { Execution, Executor, Outcome, Usage } from './executor.ts';
import { readCommandOutput } from './read-command-output.ts';
import { readResult } from './read-result.ts';

/**
 * Kind `command`: starts the agent's command once, streams its output, and makes an outcome of its exit code and result
 * file. Nothing of it keeps running afterwards: its process group is ended, and on Linux also what left the group but
 * kept its environment.
 */
export const runCommand: Executor = async (execution) => {
  const { folder, output } = execution;
  const startedAt = performance.now();
  const command = await start(execution);
  const measuring = measureGroup(command.pid);
  const reading = readCommandOutput(command, output);
  const exit = await endOf(command, execution);
  const duration_ms = Math.round(performance.now() - startedAt);
  signalGroup(command.pid, 'SIGKILL');
  if (await killMarked(`${ATTEMPT_VARIABLE}=${folder.id}`)) output.system('Some of its processes could not be ended.');
  const lastLines = await reading.finish();
  return outcomeOf(execution, exit, lastLines, { exit_code: exit.code, duration_ms, ...measuring.stop() });
};

// After an abort: when the whole group is gone, not only the command itself.
async function endOf(command: RunningCommand, { signal, killAfterMs }: Execution): Promise<Exit> {
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

async function start(execution: Execution): Promise<RunningCommand> {
  const { agent, cwd, folder } = execution;
  const env = commandEnvironment(execution);
  const { path, args } = await commandLine(execution, env.PATH);
  const inputFile = agent.prompt === 'stdin' ? folder.promptFile : undefined;
  const command = await spawnCommand({ path, args, cwd, env, inputFile, folder: folder.path }).catch((error) => {
    throw startFailure(path, error);
  });
  // For the next start of the runner, should this one be killed. Not worth failing the attempt: the mark in the
  // environment finds the same processes.
  await writeFile(
    folder.processFile,
    JSON.stringify({ pid: command.pid, start: await processStart(command.pid) }),
  ).catch(() => {});
  return command;
}

function startFailure(path: string, error: NodeJS.ErrnoException): AttemptFailure | NodeJS.ErrnoException {
  if (error.code === 'ENOENT' || error.code === 'EACCES') {
    const sentence = `${path} cannot be started (${error.code}): it, or the interpreter that its first line names, is missing or not executable.`;
    return new AttemptFailure('command_not_found', sentence, false, error);
  }
  if (error.code !== 'E2BIG') return error;
  const sentence = 'The prompt is too long for an argument (about 128 KiB): give it to this agent by stdin or file.';
  return new AttemptFailure('prompt_too_long', sentence, false, error);
}

type Exit = Awaited<RunningCommand['exited']>;

async function outcomeOf(execution: Execution, exit: Exit, lastLines: string, usage: Usage): Promise<Outcome> {
  if (exit.code === 0) return succeeded(execution, usage);
  const how = exit.code === null ? `was ended by ${exit.signal}` : `ended with exit code ${exit.code}`;
  return {
    ok: false,
    code: exit.code === null ? 'killed_by_signal' : `exit_${exit.code}`,
    message: `The command ${how}.${lastLines && ` Its last lines on stderr:\n${lastLines}`}`,
    retryable: execution.agent.retry_exit_codes.some((code) => code === exit.code),
    usage,
  };
}

async function succeeded({ folder }: Execution, usage: Usage): Promise<Outcome> {
  try {
    return { ok: true, result: await readResult(folder.resultFile), usage };
  } catch (error) {
    if (!(error instanceof AttemptFailure)) throw error;
    return { ok: false, code: error.code, message: error.message, retryable: error.retryable, usage };
  }
}
