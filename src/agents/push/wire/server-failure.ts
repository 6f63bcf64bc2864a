import { z } from 'zod';
import { ProviderError, type ProviderFailure } from '../provider-error.ts';
import { quote } from './quote.ts';

const words = z.string().min(1).nullish().catch(null);
const codeWord = z.union([z.string(), z.number()]).nullish().catch(null);
const errorObject = z.object({ message: words, code: codeWord, type: words });

/** Ollama: error is a text. OpenAI: an object. vLLM (older): the body is the object. FastAPI: detail. */
const errorBody = z.union([
  z.object({ error: z.string().min(1) }).transform(({ error }) => ({ message: error, code: null, type: null })),
  z.object({ error: errorObject }).transform(({ error }) => error),
  z.object({ object: z.literal('error'), ...errorObject.shape }),
  z.object({ detail: z.string() }).transform(({ detail }) => ({ message: detail, code: null, type: null })),
]);

const MODEL_MISSING =
  /\bmodel\b.{0,300}?(not found|does ?n[o']t exist|no longer (available|exists)|has been (deprecated|removed))|(unknown|no such) model|invalid model (name|id)|model_not_found|no models? (is |are )?loaded/is;
const OVERLOADED = /overloaded|rate.?limit|too many requests|loading model/i;

/** What is looked through for words that tell the kind of failure. */
const MOST_READ = 4000;

/** What a server said about a failure: with an HTTP status, or (status null) in the midst of an answer. */
type Said = { status: number | null; text: string; retryAfterMs?: number | null };

/**
 * The failure that a server tells of, or null when `status` is null and `text` is no error object. The server's own words
 * are in the sentence; a body that is no error object is quoted.
 */
export function serverFailure({ status, text, retryAfterMs = null }: Said): ProviderError | null {
  const said = errorIn(text);
  if (status === null && !said) return null;
  const message = said?.message ?? quote(text);
  const failure = failureOf(status ?? statusIn(said?.code), wordsOf(message, said?.code, said?.type));
  const opening = status === null ? 'The server answered with an error' : `The server answered ${status}`;
  return new ProviderError(failure, `${opening}: ${quote(message) || 'it said no more'}`, { retryAfterMs });
}

const wordsOf = (...said: (string | number | null | undefined)[]): string =>
  said.map((one) => String(one ?? '').slice(0, MOST_READ)).join(' ');

function errorIn(text: string) {
  try {
    return errorBody.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    // Not JSON: a page of a proxy, or plain words.
    return null;
  }
}

/** OpenRouter gives the status as the code of an error in mid-stream. */
function statusIn(code: string | number | null | undefined): number | null {
  const status = Number(code ?? 0);
  return status >= 400 && status <= 599 ? status : null;
}

function failureOf(status: number | null, words: string): ProviderFailure {
  if (status === 401) return 'bad_key';
  if (status === 403) return 'refused';
  if (status === 429 || status === 503 || status === 529) return 'overloaded';
  if (MODEL_MISSING.test(words)) return 'model_missing';
  if (status === null) return failureInWords(words);
  if (status === 404 || status === 405) return 'protocol';
  return status >= 400 && status < 500 && status !== 408 ? 'refused' : 'transport';
}

function failureInWords(words: string): ProviderFailure {
  if (OVERLOADED.test(words)) return 'overloaded';
  return /invalid_request_error|authentication_error|permission_error/.test(words) ? 'refused' : 'transport';
}
