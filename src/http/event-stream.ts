import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors.ts';
import { timeLimit } from '../lib/time-limit.ts';
import { actorName } from '../members/actor.ts';

/** One message of a stream; `id` is what the client sends back as Last-Event-ID to go on after it. */
export type StreamMessage = { id: string; event?: string; data: unknown };

/** Where the messages come from. Its signal fires when the client leaves, its credential is revoked, or the app closes. */
export type StreamSource = (signal: AbortSignal) => AsyncIterable<StreamMessage>;

/** In milliseconds; tests are less patient. */
export const STREAM_TIMES = {
  /** Proxies cut connections that are silent for 30 s or more. */
  ping: 15_000,
  /** A revoked credential is cut off within 60 s: this and the 5 s that authentication may remember. */
  recheck: 45_000,
  /** A client that takes nothing for so long is gone, or will come back with Last-Event-ID. */
  stalled: 60_000,
};

/** Each holds a socket and some buffers; beyond this the replica has better uses for its memory. */
const MOST_STREAMS = 1000;
/** Of one credential: nobody may take all of them from everybody else. */
const MOST_OF_ONE = 200;
let open = 0;
const openOf = new Map<string, number>();

/**
 * Answers with server-sent events for as long as `source` gives messages and the client listens. The source is asked
 * for the next message only when the client has taken the one before, so a slow client costs no memory.
 * Refuses: `forbidden` for a page of another origin, `unavailable` above 1,000 streams in this replica or 200 of one
 * credential.
 */
export async function streamEvents(request: FastifyRequest, reply: FastifyReply, source: StreamSource): Promise<void> {
  if (request.server.isForeignPage(request))
    throw new AppError('forbidden', 'Event streams are not for pages of another origin.');
  // Asked for its headers only: there is nothing to follow.
  if (request.method === 'HEAD') return void reply.type('text/event-stream; charset=utf-8').send();
  const leave = enter(actorName(request.actor));
  const over = new AbortController();
  const signal = AbortSignal.any([over.signal, request.server.closing]);
  const raw = begin(reply, over);
  const ping = setInterval(() => raw.write(': ping\n\n'), STREAM_TIMES.ping);
  const recheck = setInterval(() => request.authenticateAgain().catch(() => over.abort()), STREAM_TIMES.recheck);
  try {
    await send(raw, source(signal), signal);
  } catch (error) {
    // The client sees the connection end and comes back with Last-Event-ID; an abort is only its leaving.
    if (!signal.aborted) request.log.warn({ err: error }, 'An event stream broke off');
  } finally {
    clearInterval(ping);
    clearInterval(recheck);
    leave();
    finish(raw);
  }
}

/** Counts a stream of somebody in; the returned function counts it out. */
function enter(name: string): () => void {
  const mine = openOf.get(name) ?? 0;
  if (open >= MOST_STREAMS) throw noStreamLeft('This replica has no stream left.');
  if (mine >= MOST_OF_ONE) throw noStreamLeft(`One credential may follow ${MOST_OF_ONE} streams of a replica.`);
  open += 1;
  openOf.set(name, mine + 1);
  return () => {
    open -= 1;
    const left = openOf.get(name)! - 1;
    if (left > 0) openOf.set(name, left);
    else openOf.delete(name);
  };
}

const noStreamLeft = (sentence: string) => new AppError('unavailable', sentence, { retryAfter: 5 });

function begin(reply: FastifyReply, over: AbortController): ServerResponse {
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
  return raw;
}

async function send(raw: ServerResponse, messages: AsyncIterable<StreamMessage>, signal: AbortSignal): Promise<void> {
  for await (const message of messages) {
    if (signal.aborted) return;
    if (raw.write(toText(message))) continue;
    using limit = timeLimit(STREAM_TIMES.stalled);
    await once(raw, 'drain', { signal: AbortSignal.any([signal, limit.signal]) });
  }
}

// An end that the client does not read would keep the socket, and its buffers, for as long as the client likes.
function finish(raw: ServerResponse): void {
  raw.end();
  if (raw.writableLength > 0) setTimeout(() => raw.destroy(), 5000).unref();
}

const toText = ({ id, event, data }: StreamMessage): string =>
  `id: ${id}\n${event ? `event: ${event}\n` : ''}data: ${JSON.stringify(data)}\n\n`;
