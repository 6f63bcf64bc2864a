import { existsSync } from 'node:fs';
import { AttemptFailure } from '../attempt-failure.ts';
import { runTool } from '../processes/run-tool.ts';

export type GitOptions = {
  cwd: string;
  /** From gitEnvironment(). */
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Default 60 s; what talks to another machine takes longer. */
  timeoutMs?: number;
  onOutput?: (chunk: Buffer) => Promise<void>;
};

/** What git said when it failed, for a caller that knows better what it means than `message` does. */
export class GitError extends Error {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly timedOut: boolean;

  constructor(end: { exitCode: number | null; stderr: string; timedOut: boolean }) {
    super(`git: ${end.timedOut ? 'took too long' : end.stderr.trim() || `exit code ${end.exitCode}`}`);
    this.exitCode = end.exitCode;
    this.stderr = end.stderr;
    this.timedOut = end.timedOut;
  }
}

// Nothing that a repository, an agent or a template brought along is run by our own calls, and what git does in the
// background would outlive the attempt.
const SAFE = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
];
// A connection that gives less than 1 kB/s for a minute is dead.
const PATIENCE = ['http.lowSpeedLimit=1000', 'http.lowSpeedTime=60'];
const SETTINGS = [...SAFE, ...PATIENCE].flatMap((setting) => ['-c', setting]);

/**
 * Runs git and gives what it printed (at most 64 KiB). Throws GitError when it fails, AttemptFailure disk_full when that
 * is why, and the signal's reason after an abort.
 */
export async function git(args: string[], { timeoutMs = 60_000, ...options }: GitOptions): Promise<string> {
  const end = await runTool(['git', ...SETTINGS, ...args], { ...options, timeoutMs }).catch((error) => {
    throw error.code === 'ENOENT' ? notStarted(options.cwd, error) : error;
  });
  if (end.exitCode === 0 && !end.timedOut) return end.stdout;
  if (/No space left on device|Disk quota exceeded/.test(end.stderr)) {
    throw new AttemptFailure('disk_full', `The disk of the runner is full: ${end.stderr.trim()}`, true);
  }
  throw new GitError(end);
}

// The operating system says the same of a missing program and of a missing folder to start it in.
function notStarted(cwd: string, cause: Error): Error {
  if (!existsSync(cwd)) return new GitError({ exitCode: null, stderr: `the folder ${cwd} is gone`, timedOut: false });
  return new AttemptFailure('git_missing', 'This runner has no git: install it, or put it on its PATH.', true, cause);
}
