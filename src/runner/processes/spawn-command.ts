import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { openPipes } from './open-pipes.ts';

export type CommandStart = {
  path: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  /** Path of the file that becomes the command's input; undefined for an empty input. 'pipe': the caller writes it. */
  input: { file: string | undefined } | 'pipe';
  /** A folder of our own, for the pipes. */
  folder: string;
};

export type RunningCommand = {
  /** Also the id of its process group and session. */
  pid: number;
  /** Present when the caller writes the input. */
  stdin: Writable | null;
  stdout: Readable;
  stderr: Readable;
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** Starts a command in a session of its own. Throws what the operating system said when it cannot be started. */
export async function spawnCommand(start: CommandStart): Promise<RunningCommand> {
  const pipes = await openPipes(start.folder, ['.stdout', '.stderr']);
  // A file instead of a pipe: the command may read it late, again or never.
  const input = start.input === 'pipe' ? undefined : await open(start.input.file ?? '/dev/null', 'r');
  try {
    const outputs = pipes?.map(({ writeFd }) => writeFd) ?? ['pipe' as const, 'pipe' as const];
    const child = spawnInto(start, [input?.fd ?? 'pipe', ...outputs]);
    const readers = pipes ? pipes.map(({ reader }) => reader) : [passOn(child.stdout!), passOn(child.stderr!)];
    const exited = new Promise<Awaited<RunningCommand['exited']>>((resolve) =>
      child.once('exit', (code, signal) => resolve({ code, signal })),
    );
    await once(child, 'spawn');
    return { pid: child.pid!, stdin: child.stdin, stdout: readers[0]!, stderr: readers[1]!, exited };
  } catch (error) {
    for (const { reader } of pipes ?? []) reader.destroy();
    throw error;
  } finally {
    await input?.close();
    for (const { writeFd } of pipes ?? []) closeSync(writeFd);
  }
}

const spawnInto = ({ path, args, cwd, env }: CommandStart, stdio: (number | 'pipe')[]) =>
  spawn(path, args, { cwd, env, detached: true, stdio });

// At the exit of a child, Node throws away what it printed and nobody has begun to read; a pipe has begun.
const passOn = (stream: Readable): Readable => stream.pipe(new PassThrough());
