import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

/** The key in a file, or on standard input for `-`: never on a command line, where other users of the machine see it. */
export async function readKeyFile(io: Io, file: string): Promise<string> {
  const content = file === '-' ? await text(io.stdin) : await readIt(resolve(io.cwd, file));
  const key = content.trim();
  if (key) return key;
  throw usage(`--key-file: there is no key in ${file === '-' ? 'standard input' : file}`);
}

async function readIt(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw usage(`--key-file: ${path} cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
}

const usage = (sentence: string): CliError => new CliError(sentence, { code: 'usage', exit: 'usage' });
