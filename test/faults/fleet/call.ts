import type { Ledger } from '../ledger.ts';

/** Any answer of the API; shapes are the business of its own tests. */
export type Json = ReturnType<typeof JSON.parse>;
export type Answer = { status: number; body: Json };

export type Call = {
  method?: string;
  /** Below /api/v1. */
  path: string;
  body?: unknown;
  token: string;
  headers?: Record<string, string>;
  /** Milliseconds for the whole answer. Default 10,000. */
  timeoutMs?: number;
  signal?: AbortSignal;
  /** The caller knows that it must be refused. */
  isWrong?: true;
};

/** Calls a replica and notes its answer in the ledger; rejects when there is none. Repeats nothing. */
export async function callReplica(url: string, ledger: Ledger, call: Call): Promise<Answer> {
  const { method = 'POST', path, body, token, headers, timeoutMs = 10_000, signal } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const answer = { status: response.status, body: text ? JSON.parse(text) : null };
  if (!call.isWrong) ledger.answered(`${method} ${pattern(path)}`, answer.status, answer.body?.code);
  return answer;
}

/** The path without ids. */
const pattern = (path: string): string =>
  path.replace(/[0-9a-f-]{36}/g, ':id').replace(/\/attempts\/\d+/, '/attempts/:n');
