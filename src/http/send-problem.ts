import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../errors.ts';
import { toProblem } from './problem.ts';

/** Sends `error` as a problem document, with Retry-After and WWW-Authenticate where they belong. */
export function sendProblem(error: AppError, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { retryAfter, headers = {} } = error.extras;
  reply.headers(headers);
  if (retryAfter !== undefined) reply.header('retry-after', Math.max(1, Math.ceil(retryAfter)));
  if (error.code === 'unauthenticated') reply.header('www-authenticate', 'Bearer realm="whoosh"');
  return reply
    .code(error.status)
    .type('application/problem+json')
    .send(JSON.stringify(toProblem(error, request.id)));
}
