import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { App } from './app-types.ts';

// Constant, by one hook: the same from @fastify/helmet halves the throughput. Pages that need more set their own.
const HEADERS = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  // Of what pages embed; what a page of a listed origin fetches is the business of CORS (origins.ts).
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cache-control': 'no-store',
};

/** A year: what browsers' lists of HTTPS-only hosts ask for. */
const HTTPS_ONLY = 'max-age=31536000';

/**
 * Gives every answer its security headers and X-Request-Id, and refuses a URL that PostgreSQL could not store. What came
 * over HTTPS, here or at a trusted proxy, is told to come so always.
 */
export function setHeaders(app: App, { tlsCert, trustedProxyHops }: Config): void {
  const mayBeHttps = tlsCert !== undefined || trustedProxyHops > 0;
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(HEADERS).header('x-request-id', request.id);
    if (mayBeHttps && request.protocol === 'https') reply.header('strict-transport-security', HTTPS_ONLY);
    if (request.url.includes('%00')) throw new AppError('invalid_request', 'The URL contains a NUL character (%00).');
  });
}
