import { AttemptFailure } from '../attempt-failure.ts';
import { findExecutable } from '../find-executable.ts';
import type { Execution } from './executor.ts';

/**
 * The program and its arguments, with {prompt_file} and {prompt} replaced inside each argument; no shell ever sees them.
 * A prompt that is a whole argument and begins with `-` gets a space before it, so that no CLI can take it for an option.
 * Throws AttemptFailure command_not_found.
 */
export async function commandLine(
  { agent, grant, folder }: Execution,
  searchPath: string,
): Promise<{ path: string; args: string[] }> {
  const [program, ...args] = agent.command;
  const found = await findExecutable(program, searchPath);
  if ('reason' in found) throw new AttemptFailure('command_not_found', found.reason, false);
  // A NUL ends an argument; the operating system refuses it.
  const prompt = (grant.prompt ?? '').replaceAll('\0', '\uFFFD');
  return { path: found.path, args: args.map((arg) => replace(arg, prompt, folder.promptFile)) };
}

function replace(arg: string, prompt: string, promptFile: string): string {
  if (arg === '{prompt}' && prompt.startsWith('-')) return ` ${prompt}`;
  // In one pass, so that a placeholder inside the prompt stays what it is.
  return arg.replace(/\{prompt_file\}|\{prompt\}/g, (name) => (name === '{prompt}' ? prompt : promptFile));
}
