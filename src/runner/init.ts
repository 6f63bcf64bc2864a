import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { agentsFileText } from './agents-file-text.ts';
import { detectClis, type FoundCli } from './detect-clis.ts';
import { KNOWN_CLIS } from './known-clis.ts';
import { RunnerError } from './runner-error.ts';

const SHELL_EXAMPLE = `  # Runs the prompt of a task as a script, with all rights of the user whom this runner runs as.
  # - name: shell
  #   kind: command
  #   command: [bash, -s]
  #   prompt: stdin
  #   capabilities: [shell, git]
  #   max_concurrent: 2
`;

/**
 * Writes a commented agents.yaml to `file` and returns the CLIs that were found. Every one is offered commented out:
 * nothing is switched on. Refuses (RunnerError) when the file exists.
 */
export async function initAgentsFile(file: string, env: NodeJS.ProcessEnv = process.env): Promise<FoundCli[]> {
  const found = await detectClis(env);
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  try {
    await writeFile(file, agentsFileText([], SHELL_EXAMPLE + offered(found)), {
      flag: 'wx',
      mode: 0o600,
    });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new RunnerError(
      exists ? `${file} exists: it is left as it is.` : `${file} cannot be written: ${cause}`,
      cause,
    );
  }
  return found;
}

function offered(found: FoundCli[]): string {
  const names = new Set(found.map(({ name }) => name));
  const absent = KNOWN_CLIS.filter(({ name }) => !names.has(name)).map(({ name }) => name);
  const looked = absent.length ? `\n  # Looked for and not found on PATH: ${absent.join(', ')}.\n` : '';
  return found.map(offer).join('') + looked;
}

const offer = (cli: FoundCli) => `${offerCommand(cli)}${cli.acp ? offerAcp({ ...cli, acp: cli.acp }) : ''}`;

const offerCommand = ({ name, title, command, prompt, pass_env, note, path, version }: FoundCli) => `
  # ${title}${version ? ` ${version}` : ''}, found at ${path}. ${note}
  # - name: ${name}
  #   kind: command
  #   command: ${JSON.stringify(command)}
  #   prompt: ${prompt}
  #   capabilities: [code, ${name}]
  #   pass_env: [${pass_env.join(', ')}]
  #   max_concurrent: 1
`;

const offerAcp = ({ name, title, pass_env, acp }: FoundCli & Required<Pick<FoundCli, 'acp'>>) => `
  # ${title} by the Agent Client Protocol: with a transcript, and it asks before it does what \`permissions\` do not allow.
  # Sign in once: ${acp.sign_in}${acp.adapter ? `\n  # It needs an adapter: npm install -g ${acp.adapter}` : ''}
  # - name: ${name}-acp
  #   kind: acp
  #   command: ${JSON.stringify(acp.command)}${acp.mode ? `\n  #   mode: ${acp.mode}` : ''}
  #   capabilities: [code, ${name}]
  #   pass_env: [${pass_env.join(', ')}]
  #   permissions: [{ action: allow, tool: read }, { action: allow, tool: search }]
  #   max_concurrent: 1
`;
