import type { Log } from '../lib/log.ts';
import { RunnerError } from './runner-error.ts';
import type { RunnerEnd } from './runner-parts.ts';

/** How a runner ended that broke off with `error`. */
export function endOf(error: unknown, log: Log): RunnerEnd {
  if (error instanceof RunnerError) return { exitCode: 1, sentence: error.message };
  log.error({ err: error }, 'The runner ended in a way that nobody foresaw');
  return { exitCode: 1, sentence: `The runner ended with a defect: ${(error as Error).message}` };
}
