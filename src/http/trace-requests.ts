import type { FastifyRequest } from 'fastify';
import { readTraceparent, writeTraceparent } from '../telemetry/traceparent.ts';
import type { OpenSpan, Tracing } from '../telemetry/tracing.ts';
import type { App } from './app-types.ts';

/** What strangers are refused with, and who comes too often. */
const REFUSED = [401, 429];

const spans = new WeakMap<FastifyRequest, OpenSpan>();

/**
 * Makes every request of /api/v1 a span, which goes on with the traceparent that it brings. To be called first. Probes and
 * metrics are none: they would be most of all traces, and tell nothing. Nor is what was refused a stranger: a traceparent
 * decides that its trace is kept, so whoever reaches the server could fill the collector.
 */
export function traceRequests(app: App, tracing: Tracing): void {
  if (!tracing.isOn) return;
  app.addHook('onRequest', (request, reply, done) => {
    const { url: route } = request.routeOptions;
    if (route?.startsWith('/api/v1/')) {
      const span = tracing.begin({
        name: `${request.method} ${route}`,
        kind: 'server',
        parent: traceparentIn(request),
        attributes: {
          'http.request.method': request.method,
          'http.route': route,
          'url.scheme': request.protocol,
          'whoosh.request.id': request.id,
        },
      });
      if (span) spans.set(request, span);
      reply.raw.once('close', () => end(span, reply.statusCode, reply.raw.writableFinished));
    }
    done();
  });
}

function end(span: OpenSpan | undefined, status: number, isAnswered: boolean): void {
  // One that never ends is never sent.
  if (REFUSED.includes(status)) return;
  const attributes = {
    'http.response.status_code': status,
    ...(!isAnswered && { 'whoosh.request.caller_gone': true }),
  };
  span?.end({ attributes, error: status >= 500 ? String(status) : null });
}

/** The place in its trace of what is done for a request: its own span, else what it brought; null when that is nothing. */
export const traceOf = (request: FastifyRequest): string | null =>
  spans.get(request)?.traceparent ?? traceparentIn(request);

function traceparentIn({ headers }: FastifyRequest): string | null {
  const place = readTraceparent(headers.traceparent);
  return place ? writeTraceparent(place) : null;
}
