import { AppError } from '../errors.ts';
import { LimitedWorker, OverLimit } from '../lib/limited-worker.ts';
import type { JsonValue } from '../lib/schema.ts';

/** Without `result` the schema alone is looked at. */
export type Question = { schema: JsonValue; result?: JsonValue };
export type Answer = { unusable: string } | { problem: string | null };

const MOST_BYTES = 32_768;
const LIMIT_MS = 5000;

/**
 * In a thread of its own, since a schema is code of a stranger: one that doubles thirty times, or nine hundred patterns
 * over a long text, held the event loop for a minute; patterns run on RE2, in linear time, all the same. It is also
 * what loads the 18 MiB of the validator, which most servers never need.
 */
const checker = new LimitedWorker<Question, Answer>(new URL(import.meta.url.replace(/\.([jt]s)$/, '-worker.$1')), {
  limitMs: LIMIT_MS,
  memoryMb: 256,
});

/**
 * Refuses with invalid_schema what is not a usable JSON Schema (2020-12): over 32 KiB, a pattern RE2 does not know, a
 * `$ref` to elsewhere, or one that takes over five seconds to compile.
 */
export async function requireUsableSchema(schema: JsonValue): Promise<void> {
  if (Buffer.byteLength(JSON.stringify(schema)) > MOST_BYTES)
    throw new AppError('invalid_schema', 'result_schema is over 32 KiB.');
  const answer = await checker.ask({ schema }).catch(whenOver({ unusable: 'it takes too much to compile' }));
  if ('unusable' in answer) throw new AppError('invalid_schema', `result_schema is not usable: ${answer.unusable}`);
}

/**
 * What of the result breaks the schema, in one sentence; null when it satisfies it. A check that does not end within
 * five seconds counts as a problem.
 */
export async function resultProblem(schema: JsonValue, result: JsonValue): Promise<string | null> {
  const asked = checker.ask({ schema, result });
  const answer = await asked.catch(whenOver({ problem: `result could not be checked within ${LIMIT_MS} ms` }));
  return 'unusable' in answer ? `result could not be checked: ${answer.unusable}` : answer.problem;
}

const whenOver = (answer: Answer) => (error: unknown) => {
  if (error instanceof OverLimit) return answer;
  throw error;
};
