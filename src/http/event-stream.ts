import { once } from 'node:events';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';

/** One message of a stream; `id` is what the client sends back as Last-Event-ID to go on after it. */
export type StreamMessage = { id: string; event?: string; data: unknown };

/** Proxies cut connections that are silent for 30 s or more. */
const PING_MS = 15_000;
/** A revoked credential is cut off within 60 s: this and the 5 s that authentication may remember. */
const RECHECK_MS = 45_000;

/**
 * Answers with server-sent events for as long as `source` gives messages and the client listens. The source is asked
 * for the next message only when the client has taken the one before, so a slow client costs no memory. Its signal
 * fires when the client leaves or its credential is revoked. Refuses: forbidden, for a page of another origin.
 */
export async function streamEvents(
  request: FastifyRequest,
  reply: FastifyReply,
  source: (signal: AbortSignal) => AsyncIterable<StreamMessage>,
): Promise<void> {
  refuseForeignOrigin(request);
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, request.server.closing]);
  reply.hijack();
  const raw = reply.raw;
  raw.once('close', () => over.abort());
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  raw.write(': open\n\n');
  const ping = setInterval(() => raw.write(': ping\n\n'), PING_MS);
  const recheck = setInterval(() => request.authenticateAgain().catch(() => over.abort()), RECHECK_MS);
  try {
    for await (const message of source(signal)) {
      if (signal.aborted) break;
      if (!raw.write(toText(message))) await once(raw, 'drain', { signal });
    }
  } catch (error) {
    // The client sees the connection end and comes back with Last-Event-ID; an abort is only its leaving.
    if (!signal.aborted) request.log.warn({ err: error }, 'An event stream broke off');
  } finally {
    clearInterval(ping);
    clearInterval(recheck);
    raw.end();
  }
}

const toText = ({ id, event, data }: StreamMessage): string =>
  `id: ${id}\n${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;

/** A browser names the page's origin; a program names none. */
function refuseForeignOrigin({ headers: { origin, host } }: FastifyRequest): void {
  if (origin === undefined || URL.parse(origin)?.host === host) return;
  throw new AppError('forbidden', 'Event streams are not for pages of another origin.');
}
