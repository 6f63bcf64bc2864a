import { WhooshError } from '../client/whoosh-error.ts';
import { CliError } from './cli-error.ts';

/** Turns the time-out of a wait into exit 5: the server is there, and the task goes on. */
export async function waitLimit<T>(waiting: Promise<T>): Promise<T> {
  try {
    return await waiting;
  } catch (error) {
    if (!(error instanceof WhooshError) || error.code !== 'timeout') throw error;
    const hint = 'The task goes on. `whoosh task why` says what it waits for.';
    throw new CliError(error.message, { code: 'timeout', exit: 'timeout', hint, cause: error });
  }
}
