import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { atMostOnceASecond } from '../lib/at-most-once-a-second.ts';
import type { Log } from '../lib/log.ts';
import { type WorkScope, workScope } from '../lib/work-scope.ts';
import type { App } from './app-types.ts';
import { traceOf } from './trace-requests.ts';

/**
 * Lets every line that is logged while a request is served say which one, and what task it is about; with
 * WHOOSH_LOG_REQUESTS=on also a line for each request. To be called before anything else is hooked in.
 */
export function logRequests(app: App, { log, config }: Context): void {
  const bind = (request: FastifyRequest, reply: FastifyReply, done: () => void) =>
    workScope.during(() => scopeOf(request, reply), done);
  app.addHook('onRequest', bind);
  // The body arrives outside of what the first hook began.
  app.addHook('preValidation', bind);
  app.server.on('clientError', tellTimeouts(log));
  if (config.logRequests === 'on') {
    app.addHook('onResponse', async (request, reply) => log.info(requestLine(request, reply), 'HTTP request'));
  }
}

/** A slow client, or one that holds connections on purpose; what it is answered is client-error.ts's business. */
function tellTimeouts(log: Log): (error: NodeJS.ErrnoException, socket: Duplex) => void {
  const tell = atMostOnceASecond((address: string | undefined) =>
    log.warn({ address }, 'HTTP timeout: a request did not arrive in time'),
  );
  return ({ code }, socket) => {
    if (code === 'ERR_HTTP_REQUEST_TIMEOUT') tell((socket as Socket).remoteAddress);
  };
}

/** Nothing once the answer is out: what a request began and others use, such as a connection, is not its business any more. */
function scopeOf(request: FastifyRequest, { raw }: FastifyReply): WorkScope {
  if (raw.writableFinished || raw.destroyed) return {};
  const { id, params, routeOptions } = request;
  const scope = { request_id: id, traceparent: traceOf(request) };
  const { id: task_id, epoch } = (params ?? {}) as { id?: string; epoch?: string };
  if (!routeOptions.url?.startsWith('/api/v1/tasks/:id') || task_id === undefined) return scope;
  return { ...scope, task_id, ...(epoch !== undefined && { epoch: Number(epoch) }) };
}

const requestLine = (request: FastifyRequest, { statusCode, elapsedTime }: FastifyReply) => ({
  request_id: request.id,
  method: request.method,
  path: request.url.split('?', 1)[0],
  route: request.routeOptions.url,
  status: statusCode,
  duration_ms: Math.round(elapsedTime * 10) / 10,
  address: request.ip,
});
