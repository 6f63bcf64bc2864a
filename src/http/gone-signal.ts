import type { FastifyReply, FastifyRequest } from 'fastify';

/** Fires when the client has gone or the application closes: what waits for it may end. */
export function goneSignal({ server }: FastifyRequest, reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  // Fires also when the answer has been sent; nobody listens any more then.
  reply.raw.once('close', () => gone.abort());
  return AbortSignal.any([gone.signal, server.closing]);
}
