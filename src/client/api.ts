import type { paths } from './api.gen.ts';
import { type RequestOptions, request } from './request.ts';
import type { RetryPolicy } from './retries.ts';
import type { Sending } from './send.ts';

/** Where the server is and how patiently it is called. */
export type ClientOptions = {
  /** Base URL of the server, such as `http://127.0.0.1:8000`. */
  url: string;
  /** `whk_...`; a runner's or an attempt's token does for what these may do. */
  key?: string | undefined;
  /** Instead of the global one. */
  fetch?: typeof fetch;
  /** How long a call is repeated while the server is away or busy (no connection, 429, 503), in milliseconds. Default 60,000. */
  retryForMs?: number;
  /** W3C Trace Context of the caller: what is submitted goes on with that trace. */
  traceparent?: string | undefined;
} & Pick<RetryPolicy, 'giveUpOn' | 'onRetry'>;

/** What every call takes beside its own. */
export type CallOptions = {
  /** Ends the call; it then throws the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Longest time for one try, in milliseconds. Default 30,000. */
  timeoutMs?: number;
};

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type PathsOf<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, { responses: unknown }> ? P : never;
}[keyof paths];
type Operation<M extends Method, P extends PathsOf<M>> = paths[P][M];

type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : undefined;
type Answer<O> = O extends { responses: infer R } ? Json<R[keyof R & (200 | 201 | 204)]> : never;
type PathOf<O> = O extends { parameters: { path: infer Path extends object } } ? { path: Path } : unknown;
type QueryOf<O> = O extends { parameters: { query?: infer Query } } ? { query?: Query } : unknown;
type BodyOf<O> = O extends { requestBody: { content: { 'application/json': infer Body } } } ? { json: Body } : unknown;
type Input<O> = PathOf<O> &
  QueryOf<O> &
  BodyOf<O> &
  CallOptions &
  Pick<RequestOptions, 'content' | 'headers' | 'retry'>;

/** The server as the API document describes it: an unknown path, method or field does not compile. */
export type Api = {
  call<M extends Method, P extends PathsOf<M>>(
    method: M,
    path: P,
    input: Input<Operation<M, P>>,
  ): Promise<Answer<Operation<M, P>>>;
  /** For what is not JSON: streams and downloads. */
  at(path: keyof paths, params?: Record<string, string | number>): Sending;
  retry: RetryPolicy;
};

/** Makes the one way by which the SDK calls the server; it opens nothing. */
export function createApi({
  url,
  key,
  fetch,
  retryForMs = 60_000,
  traceparent,
  giveUpOn,
  onRetry,
}: ClientOptions): Api {
  const retry: RetryPolicy = { withinMs: retryForMs, giveUpOn, onRetry };
  const at = (path: string, params = {}): Sending => ({
    server: url,
    token: key,
    fetch,
    path: fill(path, params),
    ...(traceparent && { headers: { traceparent } }),
  });
  return {
    retry,
    at,
    call: (method, path, input) => {
      const { path: params, ...rest } = input as { path?: Record<string, string | number> } & Pick<Sending, 'headers'>;
      const call = at(path, params);
      const headers = { ...call.headers, ...rest.headers };
      return request({ ...call, retry, ...rest, headers, method: method.toUpperCase() as 'GET' }) as never;
    },
  };
}

const fill = (path: string, params: Record<string, string | number>): string =>
  path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(params[name])));
