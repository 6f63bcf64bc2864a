import { constants, open } from 'node:fs/promises';
import { jsonDepth } from '../../lib/json-depth.ts';
import { type JsonValue, jsonValue } from '../../lib/schema.ts';
import { AttemptFailure } from '../attempt-failure.ts';

const MOST_BYTES = 1_048_576;
// A body may have 64; the report that carries the result is one of them.
const MOST_LEVELS = 63;

/**
 * The JSON that a command left in its result file, null when it left none. Throws AttemptFailure: result_too_large (over
 * 1 MiB), invalid_result (not a regular file, not JSON, deeper than 63 levels, or a number beyond a double).
 */
export async function readResult(path: string): Promise<JsonValue> {
  const text = await readText(path);
  if (text === undefined) return null;
  if (jsonDepth(text, MOST_LEVELS) > MOST_LEVELS) throw invalid(`it nests deeper than ${MOST_LEVELS} levels`);
  const result = jsonValue.safeParse(parse(text));
  if (!result.success) throw invalid(result.error.issues[0]?.message ?? 'it is not JSON');
  return result.data;
}

async function readText(path: string): Promise<string | undefined> {
  // Not followed, not waited for: the command may have put a link or a named pipe in its place.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw invalid(`it cannot be read (${error.code})`);
  });
  if (!file) return undefined;
  try {
    const { size } = await regular(file.stat());
    if (size > MOST_BYTES) throw new AttemptFailure('result_too_large', tooLarge(size), false);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

async function regular<T extends { isFile(): boolean }>(stat: Promise<T>): Promise<T> {
  const found = await stat;
  if (!found.isFile()) throw invalid('it is not a regular file');
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid((error as Error).message);
  }
}

const invalid = (why: string) =>
  new AttemptFailure('invalid_result', `What the command wrote to WHOOSH_RESULT_FILE is not usable: ${why}.`, false);

const tooLarge = (size: number) =>
  `The result is ${size} bytes; at most ${MOST_BYTES} are taken. Leave the rest as a file in WHOOSH_ARTIFACTS_DIR.`;
