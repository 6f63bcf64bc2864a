import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import { Recent } from '../lib/recent.ts';
import { parseToken, type Token } from '../lib/token.ts';
import type { Actor } from '../members/actor.ts';
import { findActor } from '../members/find-actor.ts';

/** Finds out whom an Authorization header speaks for. */
export type Authenticate = (authorization: string | undefined) => Promise<Actor>;

// A fleet's runners and its programs send the same few credentials all the time. 5 s is the longest a revoked one may
// still work, when the notification that clears this was lost.
const REMEMBER_MS = 5000;
const REMEMBER_MAX = 10_000;

/**
 * Makes the check of credentials: `Authorization: Bearer whk_|whr_|wha_...`, else `unauthenticated`. Keys and runners
 * are remembered for 5 s and forgotten at once when any replica revokes something; attempts are looked up every time.
 */
export function createAuthenticate(context: Context): Authenticate {
  const recent = new Recent<Actor>(REMEMBER_MAX, REMEMBER_MS);
  context.subscribe('credentials', () => recent.clear());
  return async (authorization) => {
    const token = readToken(authorization);
    const key = `${token.prefix}_${token.id}_${token.secret_hash.toString('base64')}`;
    const known = recent.get(key);
    if (known) return known;
    const actor = await look(context, token);
    if (actor.kind !== 'attempt') recent.set(key, actor);
    return actor;
  };
}

function readToken(authorization: string | undefined): Token {
  const token = parseToken(/^bearer +(\S+)$/i.exec(authorization ?? '')?.[1] ?? '');
  if (token) return token;
  throw new AppError(
    'unauthenticated',
    authorization === undefined
      ? 'The request has no Authorization header.'
      : 'The Authorization header is not `Bearer <credential>` with a credential of WHOOSH.',
  );
}

async function look({ db, control }: Context, token: Token): Promise<Actor> {
  // Runners heartbeat: their look-up must not stand in the queue of an overloaded API.
  const actor = await findActor(token.prefix === 'whk' ? db : control, token);
  if (actor) return actor;
  throw new AppError('unauthenticated', 'The credential is unknown, expired, revoked, or its attempt has ended.');
}
