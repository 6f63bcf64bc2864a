import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../lib/backoff.ts';
import { readAnswer } from './read-answer.ts';
import { WhooshError } from './whoosh-error.ts';

/** How long and how often a call is repeated when the server is away (no connection, 429, 502, 503, 504). */
export type RetryPolicy = {
  /** No new try begins later than this many milliseconds after the first one; Infinity leaves it to the signal. */
  withinMs: number;
  /** Wait before the second try, in milliseconds; it doubles up to `capMs`, with jitter. Default 250. */
  baseMs?: number;
  /** Longest wait of our own, in milliseconds; a Retry-After may be longer. Default 15,000. */
  capMs?: number;
  /** Told before each wait. */
  onRetry?: (error: WhooshError, waitMs: number) => void;
};

export type RequestOptions = {
  /** Base URL of the server; a path prefix is kept. */
  server: string;
  /** API key, runner credential or attempt token. */
  token?: string | undefined;
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path below the base URL, such as `/api/v1/tasks`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined>;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is, instead of `json`; a Blob from `fs.openAsBlob` is streamed from disk, and again at a repeat. */
  content?: { body: Blob | string; type: string };
  headers?: Record<string, string>;
  /** Ends the call, its waits included; the call then throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Longest time for one try, answer included, in milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** Without it nothing is repeated. Every documented call may be repeated blindly. */
  retry?: RetryPolicy;
};

const AWAY = new Set([429, 502, 503, 504]);

/**
 * Calls a WHOOSH server and returns the JSON of its answer (null for an empty one). Refusals, missing answers and
 * time-outs are thrown as WhooshError. Redirects are refused, so that the token cannot be led elsewhere.
 */
export async function request<T = unknown>(options: RequestOptions): Promise<T> {
  const giveUpAt = performance.now() + (options.retry?.withinMs ?? 0);
  for (let failures = 1; ; failures++) {
    try {
      return (await tryOnce(options)) as T;
    } catch (error) {
      const waitMs = options.retry && isAway(error) ? waitBefore(error, failures, options.retry) : Infinity;
      // `>=`, so that even an endless policy ends for an error that no repeat can mend.
      if (performance.now() + waitMs >= giveUpAt) throw error;
      options.retry?.onRetry?.(error as WhooshError, waitMs);
      await pauseUnlessAborted(waitMs, options.signal);
    }
  }
}

function isAway(error: unknown): error is WhooshError {
  if (!(error instanceof WhooshError)) return false;
  return AWAY.has(error.status) || error.code === 'unreachable' || error.code === 'timeout';
}

function waitBefore(error: WhooshError, failures: number, { baseMs = 250, capMs = 15_000 }: RetryPolicy): number {
  const own = backoffMs(failures, { baseMs, capMs, random: Math.random() });
  return Math.max(own, (error.retryAfter ?? 0) * 1000);
}

async function pauseUnlessAborted(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // Node wraps the reason into its own AbortError; the caller is promised the reason itself.
  await pause(ms, undefined, { signal }).catch(() => {});
  signal?.throwIfAborted();
}

// Not AbortSignal.any: a runner hands the same signal to every call for weeks, and must not collect listeners on it.
async function tryOnce(options: RequestOptions): Promise<unknown> {
  const { signal, timeoutMs = 30_000 } = options;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  const timer = setTimeout(() => ending.abort(timedOut(options, timeoutMs)), timeoutMs);
  signal?.addEventListener('abort', end, { once: true });
  try {
    return await readAnswer(await fetch(urlOf(options), init(options, ending.signal)));
  } catch (error) {
    if (ending.signal.aborted) throw ending.signal.reason;
    throw error instanceof WhooshError ? error : unreachable(options, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

function urlOf({ server, path, query = {} }: RequestOptions): URL {
  const url = new URL(server.replace(/\/+$/, '') + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function init({ method = 'GET', token, json, content, headers }: RequestOptions, signal: AbortSignal): RequestInit {
  const type = content?.type ?? (json === undefined ? undefined : 'application/json');
  return {
    method,
    signal,
    redirect: 'error',
    body: content?.body ?? (json === undefined ? null : JSON.stringify(json)),
    headers: {
      accept: 'application/json, application/problem+json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...headers,
    },
  };
}

const timedOut = ({ server, path }: RequestOptions, timeoutMs: number) =>
  new WhooshError(`${server} did not answer ${path} within ${timeoutMs} ms`, { code: 'timeout' });

function unreachable({ server }: RequestOptions, cause: unknown): unknown {
  // fetch says only "fetch failed"; the reason is its cause. Without one it is our own mistake, such as a bad header.
  const reason = (cause as { cause?: { code?: string; message?: string } }).cause;
  if (!reason) return cause;
  const why = reason.message || reason.code || 'no connection';
  return new WhooshError(`${server} cannot be reached: ${why}`, { code: 'unreachable', cause });
}
