import { stripVTControlCharacters } from 'node:util';
import type { Io } from '../io.ts';

/** Prints rows below their headings; the last column is cut at the width of a terminal, and never in a pipe. */
export function printTable({ stdout }: Io, headings: string[], rows: string[][]): void {
  const lines = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => widthOf(line[column] ?? ''))));
  for (const line of lines) {
    const text = line.map((cell, column) => pad(cell, column === headings.length - 1 ? 0 : widths[column]!)).join('  ');
    stdout.write(`${(stdout.isTTY ? cut(text, stdout.columns ?? 80) : text).trimEnd()}\n`);
  }
}

const widthOf = (text: string): number => stripVTControlCharacters(text).length;
const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Cuts from the end of a line whose colours, if any, are in front of the cut. */
function cut(text: string, columns: number): string {
  const over = widthOf(text) - columns;
  return over > 0 ? `${text.slice(0, text.length - over - 1)}…` : text;
}
