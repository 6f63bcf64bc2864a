import { lookup as systemLookup } from 'node:dns/promises';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Agent } from 'undici';
import { checkUrl, hostOf, portOf } from './check-url.ts';
import { EgressError } from './egress-error.ts';
import { DEFAULT_LIMITS, type EgressLimits } from './limits.ts';
import { readBody } from './read-body.ts';
import type { EgressPolicy } from './refuse-address.ts';
import type { Lookup } from './resolve-host.ts';
import { toEgressError } from './to-egress-error.ts';

export type EgressRequest = {
  method: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string;
  /** Ends the call and its socket; the call then rejects with the signal's reason. */
  signal: AbortSignal;
  limits?: Partial<EgressLimits>;
};

/** `headers` are in lower case. `body` is to be read, or `signal` aborted: until then it holds a connection. */
export type EgressAnswer = { status: number; headers: Record<string, string>; body: AsyncIterable<Buffer> };

export type Egress = {
  request(url: string, request: EgressRequest): Promise<EgressAnswer>;
  /** A TCP connection under the same policy, for what does not speak HTTP; its limits are the caller's. */
  connect(host: string, port: number): Promise<Socket>;
  /** What `request` would refuse in a URL before it contacts anything. */
  check(url: string): URL;
  /** Ends all calls and connections. */
  close(): Promise<void>;
};

/** How names are looked up, and milliseconds that a connection may take. */
type Means = { lookup?: Lookup; connectMs?: number };

const lookupAll: Lookup = (host) => systemLookup(host, { all: true });

/**
 * The one way out to addresses that people give; one for each process. Keeps connections for the next call, at most 256 to
 * one server: further calls wait, as long as their signals let them. Every call is held to the policy (see
 * guarded-connector.ts) and to the limits, follows no redirect, uses no proxy, and asks for no compression. Refuses with
 * EgressError.
 */
export function openEgress(policy: EgressPolicy, { lookup = lookupAll, connectMs = 5000 }: Means = {}): Egress {
  let agent: Promise<Agent> | undefined;
  // Loaded with the first call: a server that calls nobody does without undici's 5 MiB.
  const loaded = () => {
    agent ??= import('./open-agent.ts').then(({ openAgent }) => openAgent({ policy, lookup, connectMs }));
    return agent;
  };
  return {
    check: (url) => checkUrl(url, policy),
    connect: async (host, port) => {
      const { connectSocket } = await import('./connect-socket.ts');
      return connectSocket({ policy, lookup, connectMs }, host, port);
    },
    request: async (url, request) => call(await loaded(), checkUrl(url, policy), request),
    close: async () => (await agent)?.destroy(),
  };
}

async function call(
  agent: Agent,
  url: URL,
  { signal, limits: some, ...request }: EgressRequest,
): Promise<EgressAnswer> {
  signal.throwIfAborted();
  const limits = { ...DEFAULT_LIMITS, ...some };
  const fail = (error: unknown): never => {
    throw signal.aborted ? signal.reason : toEgressError(error, `${hostOf(url)}:${portOf(url)}`, limits);
  };
  const { statusCode, headers: given, body } = await send(agent, url, request, signal, limits).catch(fail);
  const headers = flatten(given);
  refuseRedirect(statusCode, headers, body);
  return { status: statusCode, headers, body: readBody(body, headers['content-encoding'] ?? '', limits, fail) };
}

const send = (
  agent: Agent,
  url: URL,
  { method, headers, body }: Pick<EgressRequest, 'method' | 'headers' | 'body'>,
  signal: AbortSignal,
  { firstByteMs, idleMs }: EgressLimits,
) =>
  agent.request({
    origin: url.origin,
    path: url.pathname + url.search,
    method,
    headers: { ...headers, 'accept-encoding': 'identity' },
    body: body ?? null,
    signal,
    headersTimeout: firstByteMs,
    bodyTimeout: idleMs,
  });

function refuseRedirect(status: number, headers: Record<string, string>, body: Readable): void {
  if (status < 300 || status > 399) return;
  body.on('error', () => {}).destroy();
  const to = URL.parse(headers.location ?? '')?.origin;
  const advice = to ? `, to ${to}` : '';
  throw new EgressError('redirected', `It answers with a redirect (${status})${advice}; redirects are not followed.`);
}

const flatten = (headers: Record<string, string | string[] | undefined>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? ''].flat().join(', ')]));
