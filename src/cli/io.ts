import type { Readable } from 'node:stream';

export type Output = { write(text: string): unknown; isTTY?: boolean | undefined; columns?: number | undefined };

/** Everything a command has to do with outside: a process gives its own, a test what it likes. */
export type Io = {
  stdin: Readable & { isTTY?: boolean | undefined };
  /** What was asked for, and nothing else. */
  stdout: Output;
  /** Progress and errors. */
  stderr: Output;
  env: NodeJS.ProcessEnv;
  /** Paths are relative to it. */
  cwd: string;
};
