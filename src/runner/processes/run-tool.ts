import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { signalGroup } from './signal-group.ts';

export type ToolOptions = {
  cwd: string;
  env: NodeJS.ProcessEnv;
  signal?: AbortSignal | undefined;
  /** Milliseconds until it is ended and reported as `timed_out`. */
  timeoutMs: number;
  /** Given the output instead of collecting it; while its promise is pending, the tool is held up. */
  onOutput?: (chunk: Buffer) => Promise<void>;
};

/** How a tool ended; `exitCode` is null when a signal ended it. Texts are cut to their last 64 KiB. */
export type ToolEnd = { exitCode: number | null; stdout: string; stderr: string; timedOut: boolean };

const KEPT = 65_536;
// Long enough for git to remove its lock files.
const GRACE_MS = 3_000;
// How long output may still come after the end: a background ssh connection that git shares keeps the pipe open for ever.
const LATE_OUTPUT_MS = 2_000;

/**
 * Runs one of our own helpers (git, `--version` of a CLI) in a group of its own with nothing on its input, and waits for
 * its end. Rejects when it cannot be started, with the signal's reason after an abort, and with what `onOutput` threw.
 * Nothing of its group is left running.
 */
export async function runTool([file = '', ...args]: string[], options: ToolOptions): Promise<ToolEnd> {
  const { cwd, env, signal, timeoutMs, onOutput } = options;
  signal?.throwIfAborted();
  const child = spawn(file, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ending = endingOf(child);
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    ending.begin();
  }, timeoutMs);
  signal?.addEventListener('abort', ending.begin, { once: true });
  try {
    const reading = Promise.all([readOutput(child.stdout, onOutput), readOutput(child.stderr)]);
    // When onOutput fails nobody reads any more, and the tool would wait for ever with a full pipe.
    reading.catch(ending.begin);
    const exitCode = await exitOf(child);
    const [stdout, stderr] = await withoutLateOutput(child, reading);
    signal?.throwIfAborted();
    return { exitCode, stdout, stderr, timedOut };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', ending.begin);
    ending.finish();
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

function endingOf({ pid }: Child) {
  let timer: NodeJS.Timeout | undefined;
  return {
    begin() {
      if (pid && signalGroup(pid, 'SIGTERM')) timer ??= setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
    },
    finish() {
      clearTimeout(timer);
      if (pid) signalGroup(pid, 'SIGKILL');
    },
  };
}

const exitOf = (child: Child) =>
  new Promise<number | null>((resolve, reject) => child.once('error', reject).once('exit', resolve));

async function withoutLateOutput<T>({ stdout, stderr }: Child, reading: Promise<T>): Promise<T> {
  const timer = setTimeout(() => {
    stdout.destroy();
    stderr.destroy();
  }, LATE_OUTPUT_MS);
  return reading.finally(() => clearTimeout(timer));
}

async function readOutput(stream: Readable, onOutput?: ToolOptions['onOutput']): Promise<string> {
  let kept: Buffer = Buffer.alloc(0);
  const keep = async (chunk: Buffer) => {
    kept = Buffer.concat([kept, chunk]).subarray(-KEPT);
  };
  try {
    for await (const chunk of stream) await (onOutput ?? keep)(chunk);
  } catch (error) {
    // Ours, from withoutLateOutput.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  return kept.toString('utf8');
}
