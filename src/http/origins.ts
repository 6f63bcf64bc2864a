import cors from '@fastify/cors';
import type { FastifyRequest } from 'fastify';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import type { App } from './app-types.ts';

/** What changes nothing. OPTIONS asks before a change. */
const READS = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Decides which pages may call from a browser: those of this server, and those that CORS_ORIGINS lists, which get the
 * CORS headers, and their preflights an answer before anybody is asked for a credential. Any other page is refused
 * (`forbidden`) what would change something, and cannot read the answer to the rest.
 */
export async function guardOrigins(app: App, { corsOrigins = [] }: Config): Promise<void> {
  app.decorate('isForeignPage', (request) => isForeignPage(request, corsOrigins));
  if (corsOrigins.length) await answerListed(app, corsOrigins);
  app.addHook('onRequest', async (request) => {
    if (request.headers.origin === undefined || READS.includes(request.method)) return;
    if (app.isForeignPage(request)) throw new AppError('forbidden', 'Pages of another origin may not change anything.');
  });
}

const answerListed = (app: App, origins: readonly string[]) =>
  app.register(cors, {
    origin: [...origins],
    // Browsers take credentials from no wildcard.
    credentials: !origins.includes('*'),
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: [
      'Retry-After',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'X-Request-Id',
      'Idempotency-Replayed',
      'Location',
      'Allow',
    ],
    // In seconds. Ten minutes without another preflight; browsers keep it for two hours at most.
    maxAge: 600,
    // An OPTIONS that is no preflight is answered like one, not by a text of the package.
    strictPreflight: false,
  });

/** A browser names the page's origin; a program names none. Behind a proxy that changes Host, browsers still say whose page it is. */
function isForeignPage({ headers, host }: FastifyRequest, listed: readonly string[]): boolean {
  const { origin } = headers;
  if (origin === undefined || headers['sec-fetch-site'] === 'same-origin') return false;
  if (listed.includes(origin) || listed.includes('*')) return false;
  return URL.parse(origin)?.host !== host;
}
