import type { FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { cleanText } from '../lib/clean-text.ts';
import type { JsonValue } from '../lib/schema.ts';
import type { App } from './app-types.ts';

const BODY_LIMIT_BYTES = 1_048_576;
const MAX_DEPTH = 64;
// Escapes that may stand for NUL, for half of a surrogate pair, or for the underscores of __proto__.
const NEEDS_CARE = /\\u(?:0000|005[fF]|[dD][89a-fA-F])|__proto__/;

/**
 * Lets `app` take JSON bodies and nothing else. Refuses `body_too_large` (1 MiB, counted while it arrives),
 * `json_too_deep` (64 levels, before parsing), `malformed_json`, and a `__proto__` key (`invalid_request`). NUL and lone
 * surrogates, which PostgreSQL cannot store, become U+FFFD in strings and keys.
 */
export function acceptJson(app: App): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT_BYTES },
    async (request: FastifyRequest, text: string) => {
      refuseEncoding(request);
      return parseJson(text);
    },
  );
}

// 204 KB of gzip once became 200 MiB here: nobody needs to send compressed JSON of 1 MiB at most.
function refuseEncoding({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new AppError('unsupported_media_type', `Bodies are not taken as ${encoding}.`);
}

/** The body as a value; undefined when it is empty. See `acceptJson` for what is refused. */
export function parseJson(text: string): JsonValue | undefined {
  if (text.trim() === '') return undefined;
  refuseDepth(text);
  const value = parse(text);
  return NEEDS_CARE.test(text) ? clean(value, '') : value;
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('malformed_json', `The body is not JSON: ${(cause as Error).message}`, { cause });
  }
}

// On the text and not on the value: JSON.parse of a million levels holds the event loop for 0.3 s.
function refuseDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at);
    else if (code === 0x7b || code === 0x5b) depth++;
    else if (code === 0x7d || code === 0x5d) depth--;
    if (depth > MAX_DEPTH) {
      throw new AppError('json_too_deep', `The body nests deeper than ${MAX_DEPTH} levels at character ${at}.`);
    }
  }
}

/** Where the string that begins at `start` ends; the end of the text when it does not. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at;
    if (code === 0x5c) at++;
  }
  return text.length;
}

function clean(value: JsonValue, path: string): JsonValue {
  if (typeof value === 'string') return cleanText(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item, index) => clean(item, join(path, String(index))));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => cleanEntry(key, item, path)));
}

function cleanEntry(key: string, item: JsonValue, path: string): [string, JsonValue] {
  const here = join(path, key);
  if (key === '__proto__') {
    const errors = [{ path: here, message: 'a field cannot have this name' }];
    throw new AppError('invalid_request', 'A field is named __proto__.', { errors });
  }
  return [cleanText(key), clean(item, here)];
}

const join = (path: string, key: string): string => (path ? `${path}.${key}` : key);
