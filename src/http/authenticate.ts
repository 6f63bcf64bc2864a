import type { FastifyRequest } from 'fastify';
import type { Context } from '../context.ts';
import { coalesce } from '../db/coalesce.ts';
import { AppError } from '../errors.ts';
import { Recent } from '../lib/recent.ts';
import { parseToken, type Token } from '../lib/token.ts';
import type { Actor } from '../members/actor.ts';
import { findActor, findRunners } from '../members/find-actor.ts';
import { bearerOf } from './bearer-of.ts';
import type { RateLimits } from './rate-limits/rate-limits.ts';

/** Finds out whom the Authorization header of a request speaks for. */
export type Authenticate = (request: Pick<FastifyRequest, 'headers' | 'ip'>) => Promise<Actor>;

// A fleet's runners and its programs send the same few credentials all the time. 5 s is the longest a revoked one may
// still work, when the notification that clears this was lost.
const REMEMBER_MS = 5000;
const REMEMBER_MAX = 10_000;
/** Runners looked up by one statement: after a restart of a replica all of a fleet come within a second. */
const MOST_AT_ONCE = 200;

/**
 * Makes the check of credentials: `Authorization: Bearer whk_|whr_|wha_...`, else `unauthenticated`. Keys and runners
 * are remembered for 5 s and forgotten at once when any replica revokes something; attempts are looked up every time.
 * Who sends none, or too many that are wrong, meets `rate_limited`.
 */
export function createAuthenticate(context: Context, limits: RateLimits): Authenticate {
  const recent = new Recent<Actor>(REMEMBER_MAX, REMEMBER_MS);
  context.subscribe('credentials', () => recent.clear());
  const look = lookUp(context);
  return async (request) => {
    const token = readToken(request.headers.authorization);
    if (!token) limits.countAnonymous(request.ip);
    if (!token) throw noCredential(request.headers.authorization);
    const key = `${token.prefix}_${token.id}_${token.secret_hash.toString('base64')}`;
    const known = recent.get(key);
    if (known) return known;
    const guesses = token.prefix === 'wha' ? limits.attemptGuesses : limits.guesses;
    const actor = await guesses.check(key, request.ip, () => look(token));
    if (!actor) throw unauthenticated('The credential is unknown, expired, revoked, or its attempt has ended.');
    if (actor.kind !== 'attempt') recent.set(key, actor);
    return actor;
  };
}

const readToken = (authorization: string | undefined): Token | undefined => parseToken(bearerOf(authorization) ?? '');

const noCredential = (authorization: string | undefined): AppError =>
  unauthenticated(
    authorization === undefined
      ? 'The request has no Authorization header.'
      : 'The Authorization header is not `Bearer <credential>` with a credential of WHOOSH.',
  );

const unauthenticated = (sentence: string): AppError => new AppError('unauthenticated', sentence);

function lookUp({ db, control }: Context): (token: Token) => Promise<Actor | undefined> {
  // Runners heartbeat: their look-up must not stand in the queue of an overloaded API.
  const findRunner = coalesce((tokens: Token[]) => findRunners(control, tokens), { max: MOST_AT_ONCE });
  return (token) =>
    token.prefix === 'whr' ? findRunner(token) : findActor(token.prefix === 'whk' ? db : control, token);
}
