import { tmpdir } from 'node:os';
import { findExecutable } from './find-executable.ts';
import { KNOWN_CLIS, type KnownCli } from './known-clis.ts';
import { runTool } from './processes/run-tool.ts';

/** A CLI that is installed; `version` is undefined when it did not say within 3 s. */
export type FoundCli = KnownCli & { path: string; version: string | undefined };

const VERSION_LIMIT_MS = 3_000;

/** Which of the known CLIs are on PATH, and in which version (by `--version`, all at once). Starts nothing else of them. */
export async function detectClis(env: NodeJS.ProcessEnv): Promise<FoundCli[]> {
  const found = await Promise.all(KNOWN_CLIS.map((cli) => detect(cli, env)));
  return found.filter((cli) => cli !== undefined);
}

async function detect(cli: KnownCli, env: NodeJS.ProcessEnv): Promise<FoundCli | undefined> {
  const found = await findExecutable(cli.command[0], env.PATH ?? '');
  return 'path' in found ? { ...cli, path: found.path, version: await versionOf(found.path, env) } : undefined;
}

async function versionOf(path: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await runTool([path, '--version'], { cwd: tmpdir(), env, timeoutMs: VERSION_LIMIT_MS });
    return /\d+\.\d+[\w.+-]*/.exec(`${stdout}\n${stderr}`)?.[0];
  } catch {
    // It is there but does not start, such as a script without its interpreter: offered without a version.
    return undefined;
  }
}
