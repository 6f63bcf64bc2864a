import { CommanderError } from 'commander';
import { EXIT_CODES, type Exit } from './exit-codes.ts';
import type { Io } from './io.ts';
import { buildProgram } from './program.ts';

/** Runs one command line (without `node` and the program's name) and returns its exit code. */
export async function runCli(args: string[], io: Io): Promise<number> {
  let exit: Exit = 'ok';
  const leave = (given: Exit) => {
    exit = given;
  };
  try {
    const program = await buildProgram({ io, leave }, args);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    exit = await report(error, io);
  }
  return EXIT_CODES[exit][0];
}

async function report(error: unknown, io: Io): Promise<Exit> {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  const { explainError } = await import('./explain-error.ts');
  const { line, details, hint, exit } = explainError(error);
  const lines = [line, ...details.map((detail) => `  ${detail}`), ...(hint ? [`hint: ${hint}`] : [])];
  io.stderr.write(`${lines.join('\n')}\n`);
  if (io.env.WHOOSH_LOG_LEVEL === 'debug') io.stderr.write(`${(error as Error)?.stack}\n`);
  return exit;
}
