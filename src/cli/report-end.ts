import type { Task } from '../client/task-calls.ts';
import type { Exit } from './exit-codes.ts';
import type { Io } from './io.ts';
import { showDuration } from './show/duration.ts';
import { printJson } from './show/json.ts';
import { oneLine } from './show/one-line.ts';
import { showState } from './show/state.ts';
import type { WatchedOutput } from './watch-output.ts';

/** `output`: what was printed of its log, if it was followed. */
type Options = { json?: true; output?: WatchedOutput };

/**
 * Prints how a task ended: its result on standard output unless its log was just that, the rest on standard error; with
 * `json`, the whole task.
 */
export function reportEnd(io: Io, task: Task, { json, output }: Options): Exit {
  if (json) printJson(io, task);
  else printEnd(io, task, output);
  return task.state === 'succeeded' ? 'ok' : 'unsuccessful';
}

function printEnd(io: Io, task: Task, output?: WatchedOutput): void {
  const { id, state, reason, error, result, started_at, finished_at } = task;
  const took = started_at && finished_at && showDuration(Date.parse(finished_at) - Date.parse(started_at));
  const why = [reason, error && `${oneLine(error.message)} (${oneLine(error.code)})`].filter(Boolean).join(': ');
  const words = [`task ${id}`, showState(io, state, io.stderr), took && `after ${took}`, why && `- ${why}`];
  output?.endLine();
  io.stderr.write(`${words.filter(Boolean).join(' ')}\n`);
  if (result !== null && !output?.isPrinted(result)) printJson(io, result);
}
