import type { Io } from '../io.ts';

/** Prints one JSON document: indented for a person, on one line for a program. */
export const printJson = ({ stdout }: Io, value: unknown): void =>
  void stdout.write(`${JSON.stringify(value, null, stdout.isTTY ? 2 : undefined)}\n`);
