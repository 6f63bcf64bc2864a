import { homedir } from 'node:os';
import { agentsFileText } from './agents-file-text.ts';
import { findExecutable } from './find-executable.ts';

/**
 * The text of agents.yaml for the runner of a standalone server: one agent, `shell`, which runs the prompt as a script,
 * allowed to work below the user's home and the current folder.
 */
export async function defaultAgentsFile(env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const bash = await findExecutable('bash', env.PATH ?? '');
  const directories = [...new Set([homedir(), process.cwd()])];
  return agentsFileText(directories, shellAgent('path' in bash ? 'bash' : 'sh'));
}

const shellAgent = (
  shell: string,
) => `  # Runs the prompt of a task as a script, with all rights of the user whom this runner runs as: whoever may submit
  # tasks may do on this machine what this user may. Remove it when that is not wanted. The coding CLIs that are
  # installed here are offered by \`whoosh runner init\`.
  - name: shell
    kind: command
    command: [${shell}, -s]
    prompt: stdin
    capabilities: [shell, git]
    max_concurrent: 2
`;
