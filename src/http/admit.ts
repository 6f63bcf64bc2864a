import type { FastifyContextConfig, FastifyRequest, RouteOptions } from 'fastify';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../members/actor.ts';
import { allows, whoMay } from '../members/permissions.ts';
import type { App } from './app-types.ts';
import { type Authenticate, createAuthenticate } from './authenticate.ts';
import type { Load } from './load.ts';
import { isDocsRoute } from './openapi-docs.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';

const actors = new WeakMap<FastifyRequest, Actor>();

/**
 * Stands before every route: refuses while draining (`draining`) or overloaded (`unavailable`), then who comes too often
 * (`rate_limited`), without a credential (`unauthenticated`) or without the route's permission (`forbidden`), all before
 * a byte of the body is read. A route that does not say who may call it fails the build.
 */
export function admitRequests(app: App, context: Context, load: Load, limits: RateLimits): void {
  const authenticate = createAuthenticate(context, limits);
  app.decorateRequest('actor', { getter: requireActor as () => never });
  app.decorateRequest('authenticateAgain', function (this: FastifyRequest) {
    return authenticate(this);
  });
  app.addHook('onRoute', requireDeclaration);
  app.addHook('onRequest', async (request) => {
    // A path that leads nowhere is answered not_found, whoever asks.
    if (request.is404) return limits.countAnonymous(request.ip);
    const { config } = request.routeOptions;
    refuseWhileStarting(context, config);
    refuseWhileDraining(context, config);
    refuseUnderLoad(load, config);
    if (config.permission !== 'public') await admitActor(request, config.permission, authenticate, limits);
    // Probes are asked all the time, and share their answers.
    else if (!config.essential) limits.countAnonymous(request.ip);
  });
}

function requireActor(this: FastifyRequest): Actor {
  const actor = actors.get(this);
  if (!actor) throw new Error(`${this.method} ${this.routeOptions.url} is public: there is no actor.`);
  return actor;
}

function requireDeclaration(route: RouteOptions): void {
  const { method, url, schema } = route;
  if (isDocsRoute(url)) route.config = { ...route.config, permission: 'public' };
  const { permission, shed, essential } = (route.config ?? {}) as Partial<FastifyContextConfig>;
  if (!permission) throw new Error(`${method} ${url} declares no permission: say who may call it, or 'public'.`);
  if (shed && essential) throw new Error(`${method} ${url} cannot be essential and be shed.`);
  const { operationId, hide } = (schema ?? {}) as { operationId?: string; hide?: boolean };
  if (!operationId && !hide) throw new Error(`${method} ${url} has no operationId: SDKs need a name for it.`);
}

/** Only probes are both for everybody and essential. */
function refuseWhileStarting({ isStarted }: Context, { permission, essential }: FastifyContextConfig): void {
  if (isStarted() || (permission === 'public' && essential)) return;
  throw new AppError('unavailable', 'The server is starting: it waits for its database.', { retryAfter: 1 });
}

function refuseWhileDraining({ isDraining }: Context, { essential }: FastifyContextConfig): void {
  if (essential || !isDraining()) return;
  throw new AppError('draining', 'This replica is shutting down.', { retryAfter: 2 });
}

function refuseUnderLoad(load: Load, { shed }: FastifyContextConfig): void {
  if (!shed || !load.sheds(shed)) return;
  throw new AppError('unavailable', 'The server is overloaded and serves running work first.', { retryAfter: 2 });
}

async function admitActor(
  request: FastifyRequest,
  permission: FastifyContextConfig['permission'],
  authenticate: Authenticate,
  { countActor }: RateLimits,
): Promise<void> {
  const actor = await authenticate(request);
  countActor(actor);
  const wanted = [permission].flat() as Exclude<typeof permission, readonly unknown[] | 'public'>[];
  if (!wanted.some((one) => allows(actor, one))) {
    throw new AppError('forbidden', `This takes ${wanted.map(whoMay).join(', or ')}.`);
  }
  actors.set(request, actor);
}
