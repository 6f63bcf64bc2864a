import type { LogEntry } from '../../client/task-calls.ts';
import type { Io } from '../io.ts';
import { printLogEntry } from './log-entry.ts';
import { logText } from './log-text.ts';
import { style } from './style.ts';
import { type Shown, transcriptLines } from './transcript-lines.ts';

/**
 * Prints the entries of a log one after the other: a transcript as people read it, on standard output, the rest where it
 * was printed first.
 */
export function logPrinter(io: Io): (entry: LogEntry) => void {
  const calls = new Map<string, { title?: string; kind?: string }>();
  let isOpen = false;
  const closeLine = () => {
    if (isOpen) io.stdout.write('\n');
    isOpen = false;
  };
  const print = (shown: Shown) => {
    if ('words' in shown) {
      const words = logText(shown.words, io.stdout);
      if (words) isOpen = !words.endsWith('\n');
      io.stdout.write(shown.thought ? style(io, 'dim', words) : words);
      return;
    }
    closeLine();
    const lines = logText(shown.lines.join('\n'), io.stdout);
    io.stdout.write(`${shown.dim ? style(io, 'dim', lines) : lines}\n`);
  };
  return (entry) => {
    const event = entry.stream === 'transcript' ? parsed(entry.text) : undefined;
    if (!event) {
      closeLine();
      return printLogEntry(io, entry);
    }
    const shown = transcriptLines(event, calls);
    if (shown) print(shown);
  };
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text);
  } catch {
    // A holder of another kind may have written it: shown as it is.
    return undefined;
  }
}
