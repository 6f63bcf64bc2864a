import type { LogEntry } from '../../client/task-calls.ts';
import type { Io } from '../io.ts';
import { logText } from './log-text.ts';
import { style } from './style.ts';

/** Prints one entry of a log where it was printed first: on standard output or error; WHOOSH's own words on error. */
export function printLogEntry(io: Io, { stream, text }: LogEntry): void {
  const output = stream === 'stdout' ? io.stdout : io.stderr;
  const shown = logText(text, output);
  output.write(stream === 'system' ? `${style(io, 'dim', shown.replace(/\n$/, ''), output)}\n` : shown);
}
