import type { z } from 'zod';
import { jsonDepth } from '../../../lib/json-depth.ts';
import { jsonValues } from '../../../lib/json-values.ts';
import { ProviderError } from '../provider-error.ts';
import { quote } from './quote.ts';

const MAX_DEPTH = 64;
/** A shorter text cannot nest so deep that parsing it would hold up the process. */
const SURELY_FLAT = 4096;
/** No result could hold more; parsed, ten megabytes of `{},` were 300 MiB. */
const MOST_VALUES = 600_000;

/** What a server sent, as the shape it ought to have. Refuses (ProviderError) anything else, and quotes it. */
export function parseJson<T>(text: string, shape: z.ZodType<T>): T {
  const parsed = shape.safeParse(parse(text));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.length ? ` at ${issue.path.join('.')}` : '';
  throw new ProviderError('protocol', `The server sent what it should not${where}: ${quote(text)}`);
}

function parse(text: string): unknown {
  if (text.length > SURELY_FLAT && jsonDepth(text, MAX_DEPTH) > MAX_DEPTH) {
    throw new ProviderError('protocol', `The server sent JSON that nests deeper than ${MAX_DEPTH}: ${quote(text)}`);
  }
  if (text.length > MOST_VALUES && jsonValues(text, MOST_VALUES) > MOST_VALUES)
    throw new ProviderError(
      'result_too_large',
      `The server sent more than ${MOST_VALUES} values at once: ${quote(text)}`,
    );
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderError('protocol', `The server sent what is not JSON: ${quote(text)}`, { cause });
  }
}
