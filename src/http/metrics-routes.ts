import { timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { sha256 } from '../lib/sha256.ts';
import { toOpenMetrics } from '../metrics/to-open-metrics.ts';
import type { App } from './app-types.ts';
import { bearerOf } from './bearer-of.ts';
import { prefersOpenMetrics } from './prefers-open-metrics.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';

const TEXT = 'text/plain; version=0.0.4; charset=utf-8';
const OPEN_METRICS = 'application/openmetrics-text; version=1.0.0; charset=utf-8';
const content = { 'text/plain': { schema: z.string() }, 'application/openmetrics-text': { schema: z.string() } };

/**
 * GET /api/metrics, as Prometheus asks for it: for everybody, or for whoever sends METRICS_TOKEN when that is set. Also
 * while the replica starts, drains or has no database: then it tells what can be told. Who guesses METRICS_TOKEN meets
 * `rate_limited`, as with any credential.
 */
export function metricsRoutes(app: App, { config: { metricsToken }, metrics }: Context, limits: RateLimits): void {
  app.get(
    '/api/metrics',
    {
      config: { permission: 'public', essential: true, errors: ['unauthenticated', 'rate_limited'] },
      schema: {
        tags: ['health'],
        operationId: 'getMetrics',
        summary: 'Measurements for Prometheus, in its text format or as OpenMetrics',
        response: { 200: { description: 'Everything that is measured; see docs/operate/metrics.md', content } },
      },
    },
    async ({ headers, ip }, reply) => {
      if (metricsToken !== undefined) await requireToken(limits, metricsToken, bearerOf(headers.authorization), ip);
      const text = await metrics.render();
      if (!prefersOpenMetrics(headers.accept)) return reply.type(TEXT).send(text);
      return reply.type(OPEN_METRICS).send(toOpenMetrics(text));
    },
  );
}

async function requireToken(limits: RateLimits, token: string, given: string | undefined, ip: string): Promise<void> {
  if (given === undefined) limits.countAnonymous(ip);
  // By its hash it is remembered, and hashes are compared: they are of one length, so the time tells nothing of the token.
  const hash = sha256(given ?? '');
  const isRight = async () => timingSafeEqual(Buffer.from(hash), Buffer.from(sha256(token))) || undefined;
  if (given !== undefined && (await limits.guesses.check(`metrics_${hash}`, ip, isRight))) return;
  throw new AppError(
    'unauthenticated',
    'The metrics take `Authorization: Bearer` with the METRICS_TOKEN of the server.',
  );
}
