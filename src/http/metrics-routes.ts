import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { sha256 } from '../lib/sha256.ts';
import { toOpenMetrics } from '../metrics/to-open-metrics.ts';
import type { App } from './app-types.ts';
import { prefersOpenMetrics } from './prefers-open-metrics.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const content = { 'text/plain': { schema: z.string() }, 'application/openmetrics-text': { schema: z.string() } };

/**
 * GET /api/metrics, as Prometheus asks for it: for everybody, or for whoever sends METRICS_TOKEN when that is set. Also
 * while the replica starts, drains or has no database: then it tells what can be told.
 */
export function metricsRoutes(app: App, { config: { metricsToken }, metrics }: Context): void {
  app.get(
    '/api/metrics',
    {
      config: { permission: 'public', essential: true, errors: ['unauthenticated'] },
      schema: {
        tags: ['health'],
        operationId: 'getMetrics',
        summary: 'Measurements for Prometheus, in its text format or as OpenMetrics',
        response: { 200: { description: 'Everything that is measured; see docs/operate/metrics.md', content } },
      },
    },
    async ({ headers }, reply) => {
      requireToken(metricsToken, headers.authorization);
      const text = await metrics.render();
      if (!prefersOpenMetrics(headers.accept)) return reply.type(TEXT).send(text);
      return reply.type(OPEN_METRICS).send(toOpenMetrics(text));
    },
  );
}

function requireToken(token: string | undefined, authorization = ''): void {
  if (token === undefined) return;
  const given = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? '';
  // Of hashes, which are of one length: how long a comparison takes then tells nothing of the token.
  if (timingSafeEqual(Buffer.from(sha256(given)), Buffer.from(sha256(token)))) return;
  throw new AppError(
    'unauthenticated',
    'The metrics take `Authorization: Bearer` with the METRICS_TOKEN of the server.',
  );
}
