import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
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
  if (config.logRequests === 'on') {
    app.addHook('onResponse', async (request, reply) => log.info(requestLine(request, reply), 'HTTP request'));
  }
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
