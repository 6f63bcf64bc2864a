import { Readable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';

/** What one command line left behind. */
export type Ran = {
  exit: number;
  out: string;
  err: string;
  /** Standard output as JSON. */
  json: () => ReturnType<typeof JSON.parse>;
};

type Settings = {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  stdin?: string;
  /** As if a person sat before it. */
  terminal?: true;
  /** Told what is printed, as it is printed. */
  onOutput?: (text: string) => void;
};

/** Runs the CLI in this process, as a pipe would see it. */
export async function cli(args: string[], settings: Settings = {}): Promise<Ran> {
  const { env = {}, cwd = '/', stdin = '', terminal, onOutput } = settings;
  const [out, err] = [[] as string[], [] as string[]];
  const into = (texts: string[]) => ({
    isTTY: terminal ?? false,
    columns: 100,
    write: (text: string) => {
      texts.push(text);
      onOutput?.(text);
    },
  });
  const io: Io = { stdin: Readable.from([stdin]), stdout: into(out), stderr: into(err), env, cwd };
  const exit = await runCli(args, io);
  return { exit, out: out.join(''), err: err.join(''), json: () => JSON.parse(out.join('')) };
}
