import { readAnswer } from './read-answer.ts';
import { type RetryPolicy, withRetries } from './retries.ts';
import { brokenOff, type Sending, send } from './send.ts';
import { WhooshError } from './whoosh-error.ts';

export type RequestOptions = Sending & {
  /** Ends the call, its waits included; the call then throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Longest time for one try, answer included, in milliseconds. Default 30,000. */
  timeoutMs?: number;
  /** Without it nothing is repeated. Every documented call may be repeated blindly. */
  retry?: RetryPolicy | undefined;
};

/**
 * Calls a WHOOSH server and returns the JSON of its answer (null for an empty one). Refusals, missing answers and
 * time-outs are thrown as WhooshError.
 */
export function request<T = unknown>(options: RequestOptions): Promise<T> {
  return withRetries(() => tryOnce(options) as Promise<T>, options);
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
    return await readAnswer(await send(options, ending.signal));
  } catch (error) {
    throw brokenOff(options, ending.signal, error);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', end);
  }
}

const timedOut = ({ server, path }: RequestOptions, timeoutMs: number) =>
  new WhooshError(`HTTP timeout: ${server} did not answer ${path} within ${timeoutMs} ms`, { code: 'timeout' });
