import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, RawServerDefault } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Context } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import type { Actor } from '../members/actor.ts';
import type { Permission } from '../members/permissions.ts';
import type { HealthView } from './health-schema.ts';

/** The application as routes.ts files see it: bodies, queries and answers are typed by their zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What every routes.ts exports: puts the routes of its domain on `app`, below /api/v1. */
export type Routes = (app: App, context: Context) => void | Promise<void>;

/** What may be refused first under load, in this order. */
export type Shed = 'list' | 'submit' | 'log';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may call it; with several, any of them is enough. A route without it fails the build. */
    permission: Permission | readonly Permission[] | 'public';
    /** Refused under load, in the order list, submit, log. Without it: never. */
    shed?: Shed;
    /** Still served while the replica drains: it ends running work, keeps it alive, or tells of health. */
    essential?: true;
    /** What this route may answer beside the errors that all routes share; for the API document. */
    errors?: readonly ErrorCode[];
  }
  interface FastifyInstance {
    /** Fires when the application closes: answers that last must end. */
    closing: AbortSignal;
    /** Whether a page made the request that is neither of this server nor of a listed origin. */
    isForeignPage(request: FastifyRequest): boolean;
    /** What the operator's page shows now, at most half a second old. */
    readHealth(): Promise<HealthView>;
  }
  interface FastifyRequest {
    /** Who makes the request. Throws on public routes, which have no actor. */
    actor: Actor;
    /** Looks the credential up again, for answers that last: `unauthenticated` once it is revoked (within 5 s). */
    authenticateAgain(): Promise<Actor>;
  }
}
