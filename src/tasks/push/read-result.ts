import type { ChatAnswer } from '../../agents/push/provider.ts';
import { cleanText } from '../../lib/clean-text.ts';
import { jsonDepth } from '../../lib/json-depth.ts';
import { type JsonValue, jsonValue } from '../../lib/schema.ts';
import type { Grant } from '../attempt-schema.ts';
import { wantsJson } from './chat-request.ts';

const MAX_DEPTH = 64;
const FENCE = '```';

/** The result that a model's answer is, or what is wrong with it, as a sentence for the model and the person. */
export type ReadResult = { result: JsonValue } | { problem: string };

/** Text; with calls of tools, both; the parsed value when JSON was asked for. A code fence around JSON is taken off. */
export function readResult(grant: Grant, { text, tool_calls, finish_reason }: ChatAnswer): ReadResult {
  if (tool_calls.length) return { result: { text, tool_calls } };
  if (!wantsJson(grant)) return { result: text };
  const read = readJson(text);
  if ('result' in read || finish_reason !== 'length') return read;
  return { problem: `${read.problem} The answer was cut off: it reached the longest that it may be.` };
}

function readJson(text: string): ReadResult {
  const bare = withoutFence(text.trim());
  if (bare === '') return { problem: 'The answer is empty instead of JSON.' };
  if (jsonDepth(bare, MAX_DEPTH) > MAX_DEPTH)
    return { problem: `The answer is JSON that nests deeper than ${MAX_DEPTH}.` };
  try {
    // 1e400 is read as Infinity, and would be stored as null.
    const { success, data } = jsonValue.safeParse(JSON.parse(bare));
    return success ? { result: clean(data) } : { problem: 'The answer has a number that is too large.' };
  } catch (error) {
    // The parser quotes the answer, and may cut a character in two.
    return { problem: `The answer is not JSON: ${cleanText((error as Error).message)}.` };
  }
}

/** By hand: over the line breaks without end that models write at times, a regular expression took minutes. */
function withoutFence(text: string): string {
  if (!text.startsWith(FENCE) || !text.endsWith(FENCE)) return text;
  const lineEnd = text.indexOf('\n');
  const isFence = lineEnd > 0 && ['', 'json'].includes(text.slice(FENCE.length, lineEnd).trim());
  return isFence ? text.slice(lineEnd + 1, -FENCE.length).trim() : text;
}

/** Escapes may stand for what PostgreSQL does not store. */
function clean(value: JsonValue): JsonValue {
  if (typeof value === 'string') return cleanText(value);
  if (Array.isArray(value)) return value.map(clean);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [cleanText(key), clean(inner)]));
}
