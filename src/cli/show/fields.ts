import type { Io } from '../io.ts';
import { style } from './style.ts';

/** Prints names and values below one another; what is null, undefined or empty is left out. */
export function printFields(io: Io, fields: Record<string, string | number | null | undefined>): void {
  const shown = Object.entries(fields).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const width = Math.max(...shown.map(([name]) => name.length));
  for (const [name, value] of shown) {
    const indented = String(value).replaceAll('\n', `\n${' '.repeat(width + 2)}`);
    io.stdout.write(`${style(io, 'dim', name.padEnd(width))}  ${indented}\n`);
  }
}
