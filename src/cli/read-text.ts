import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

/** The value of an option: `-` reads standard input, `@FILE` a file, `@@text` is `@text`, anything else is itself. */
export async function readText(io: Io, option: string, value: string): Promise<string> {
  if (value === '-') return text(io.stdin);
  if (value.startsWith('@@')) return value.slice(1);
  if (!value.startsWith('@')) return value;
  try {
    return await readFile(resolve(io.cwd, value.slice(1)), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const hint = `For a text that begins with @, write ${option} '@${value.slice(0, 20)}'.`;
    throw new CliError(`${option}: the file ${value.slice(1)} cannot be read (${code})`, {
      code: 'usage',
      exit: 'usage',
      hint,
    });
  }
}

/** The same, as JSON. */
export async function readJson(io: Io, option: string, value: string): Promise<unknown> {
  const content = await readText(io, option, value);
  try {
    return JSON.parse(content);
  } catch (cause) {
    const hint = `A text needs quotes of its own: ${option} '"text"'.`;
    throw new CliError(`${option} is not JSON: ${(cause as Error).message}`, { code: 'usage', exit: 'usage', hint });
  }
}
