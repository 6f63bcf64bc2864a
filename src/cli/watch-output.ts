import type { LogEntry } from '../client/task-calls.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import type { JsonValue } from '../lib/schema.ts';
import type { Io } from './io.ts';

/** What a followed task has printed: models write without line breaks, and their last word is often the result. */
export type WatchedOutput = {
  /** The same, but on a terminal nothing is glued to a line that standard output has not ended. */
  io: Io;
  /** To be told every entry of the log. */
  entry(entry: LogEntry): void;
  /** Ends the line of standard output that is not ended yet. */
  endLine(): void;
  /** Whether all that the last attempt has printed is this result: then it need not be printed again. */
  isPrinted(result: unknown): boolean;
};

export function watchOutput(io: Io): WatchedOutput {
  let isOpen = false;
  let epoch = 0;
  let printed = '';
  const endLine = () => {
    if (isOpen) io.stdout.write('\n');
    isOpen = false;
  };
  const stdout = {
    write(text: string) {
      if (text) isOpen = !text.endsWith('\n');
      return io.stdout.write(text);
    },
  };
  const stderr = {
    write(text: string) {
      if (io.stdout.isTTY) endLine();
      return io.stderr.write(text);
    },
  };
  return {
    io: { ...io, stdout: shown(stdout, io.stdout), stderr: shown(stderr, io.stderr) },
    entry(entry) {
      if (entry.epoch !== epoch) printed = '';
      epoch = entry.epoch;
      if (entry.stream === 'stdout') printed += entry.text;
    },
    endLine,
    isPrinted: (result) => says(printed.trim(), result as JsonValue),
  };
}

/** Streams have these as getters of their prototype, which a copy does not take along. */
const shown = <T extends object>(output: T, { isTTY, columns }: Io['stdout']) => ({ ...output, isTTY, columns });

function says(printed: string, result: JsonValue): boolean {
  if (typeof result === 'string') return printed !== '' && printed === result.trim();
  try {
    return canonicalJson(JSON.parse(printed)) === canonicalJson(result);
  } catch {
    // It printed something else than JSON.
    return false;
  }
}
