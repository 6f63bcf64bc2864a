import type { Command } from 'commander';
import type { Exit } from './exit-codes.ts';
import type { Io } from './io.ts';

/** The code of one command: what it is given on the command line comes as options, then arguments. */
export type CommandCode<O> = (io: Io, options: O, ...args: string[]) => Promise<Exit | undefined> | Promise<void>;

/** What every part of the command tree is given. */
export type Cli = { io: Io; leave: (exit: Exit) => void };

/**
 * Makes the action of a command whose code is loaded only when it is called: `whoosh --help` must not pay for what it
 * does not do.
 */
export const lazily =
  <O>({ io, leave }: Cli, load: () => Promise<CommandCode<O>>) =>
  async (...given: unknown[]): Promise<void> => {
    const command = given.at(-1) as Command;
    const code = await load();
    const exit = await code(io, command.optsWithGlobals() as O, ...(command.processedArgs as string[]));
    if (exit) leave(exit);
  };
