import type { Egress, EgressAnswer } from '../../../lib/egress/egress.ts';
import type { EgressLimits } from '../../../lib/egress/limits.ts';
import { VERSION } from '../../../lib/version.ts';
import type { Endpoint } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { quote } from './quote.ts';
import { readHead } from './read-head.ts';
import { retryAfter } from './retry-after.ts';
import { serverFailure } from './server-failure.ts';

type Question = {
  /** Below the endpoint's URL, such as /api/chat. */
  path: string;
  /** Sent as JSON by POST; without it it is a GET. */
  body?: unknown;
  /** Content types that may come; a server that names none is taken at its word later. */
  accepts: RegExp;
  limits?: Partial<EgressLimits>;
  signal: AbortSignal;
};

/**
 * Asks a model server; its answer is a success of an expected content type. Refuses (ProviderError) by what the server
 * says otherwise: see server-failure.ts.
 */
export async function ask(egress: Egress, endpoint: Endpoint, question: Question): Promise<EgressAnswer> {
  const { path, body, accepts, limits, signal } = question;
  const enough = new AbortController();
  const answer = await egress.request(urlOf(endpoint, path), {
    method: body === undefined ? 'GET' : 'POST',
    headers: headersOf(endpoint, body),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(limits && { limits }),
    signal: AbortSignal.any([signal, enough.signal]),
  });
  const { status, headers } = answer;
  const head = () => readHead(answer.body, enough);
  if (status < 200 || status > 299) throw refusal(answer, await head());
  const type = headers['content-type'] ?? '';
  if (type && !accepts.test(type)) throw wrongType(type, await head());
  return answer;
}

/** The question part of a base URL stays: some gateways want their version there. */
function urlOf({ url: base }: Endpoint, path: string): string {
  const url = URL.parse(base);
  if (!url) return base;
  url.pathname = url.pathname.replace(/\/+$/, '') + path;
  return url.href;
}

const headersOf = ({ key, traceparent }: Endpoint, body: unknown): Record<string, string> => ({
  'user-agent': `whoosh/${VERSION}`,
  ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  ...(traceparent && { traceparent }),
  ...(key === null ? {} : { authorization: `Bearer ${key}` }),
});

const refusal = ({ status, headers }: EgressAnswer, text: string): ProviderError =>
  serverFailure({ status, text, retryAfterMs: retryAfter(headers) })!;

const wrongType = (type: string, text: string): ProviderError =>
  serverFailure({ status: null, text }) ??
  new ProviderError('protocol', `The server answered with ${quote(type)}, not with what it should: ${quote(text)}`);
