import { WhooshError } from './whoosh-error.ts';

/** One call to a server, without time-outs and repeats. */
export type Sending = {
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
  /** Instead of the global one. */
  fetch?: typeof fetch | undefined;
};

/**
 * Sends one request and returns the answer, whatever its status, as soon as its headers are here. A missing answer is
 * thrown as WhooshError `unreachable`, an abort as the signal's reason. Redirects are refused, so that the token cannot
 * be led elsewhere.
 */
export async function send(call: Sending, signal: AbortSignal): Promise<Response> {
  const { fetch: send = globalThis.fetch } = call;
  try {
    return await send(urlOf(call), init(call, signal));
  } catch (error) {
    throw brokenOff(call, signal, error);
  }
}

/** What to throw when a call, or the reading of its answer, broke off with `error`. */
export function brokenOff({ server }: Sending, signal: AbortSignal, error: unknown): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof WhooshError) return error;
  // fetch says only "fetch failed"; the reason is its cause. Without one it is our own mistake, such as a bad header.
  const reason = (error as { cause?: { code?: string; message?: string } }).cause;
  if (!reason) return error;
  const why = reason.message || reason.code || 'no connection';
  return new WhooshError(`${server} cannot be reached: ${why}`, { code: 'unreachable', cause: error });
}

function urlOf({ server, path, query = {} }: Sending): URL {
  const url = new URL(server.replace(/\/+$/, '') + path);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
}

function init({ method = 'GET', token, json, content, headers }: Sending, signal: AbortSignal): RequestInit {
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
