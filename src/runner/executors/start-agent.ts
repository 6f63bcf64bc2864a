import { writeFile } from 'node:fs/promises';
import { processStart } from '../../lib/process-start.ts';
import { AttemptFailure } from '../attempt-failure.ts';
import { type CommandStart, type RunningCommand, spawnCommand } from '../processes/spawn-command.ts';
import { commandEnvironment } from './command-environment.ts';
import { commandLine } from './command-line.ts';
import type { Execution } from './executor.ts';

/**
 * Starts the agent's command in the workspace of an attempt, with the attempt's environment. Throws AttemptFailure
 * command_not_found, prompt_too_long.
 */
export async function startAgent(execution: Execution, input: CommandStart['input']): Promise<RunningCommand> {
  const { cwd, folder } = execution;
  const env = commandEnvironment(execution);
  const { path, args } = await commandLine(execution, env.PATH);
  const command = await spawnCommand({ path, args, cwd, env, input, folder: folder.path }).catch((error) => {
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
