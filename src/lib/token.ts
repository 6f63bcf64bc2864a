import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** whk: API key. whr: runner. whe: enrolment, usable once. wha: one attempt, for as long as it holds its lease. */
export type TokenPrefix = 'whk' | 'whr' | 'whe' | 'wha';

/** A credential as somebody sent it. `epoch` is there for `wha` only. */
export type Token = { prefix: TokenPrefix; id: string; epoch?: number; secret_hash: Buffer };

// The secret is hex and not base64url, so that a double click selects all of the token.
const FORM = /^(whk|whr|whe|wha)_([0-9a-f]{32})(?:-([1-9][0-9]{0,9}))?_([0-9a-f]{64})$/;

// The secret has 256 random bits, so one SHA-256 is as hard to turn back as any slow hash: 1.5 µs instead of the 215 ms
// that bcrypt took for every request of the old system.
const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/**
 * Makes a credential `<prefix>_<id>_<secret>`; store `secret_hash`, show `token` once. `id` is a UUID; with `epoch` the
 * id part becomes `<task id>-<epoch>`.
 */
export function mintToken(prefix: TokenPrefix, id: string, epoch?: number): { token: string; secret_hash: Buffer } {
  const secret = randomBytes(32).toString('hex');
  const idPart = id.replaceAll('-', '') + (epoch === undefined ? '' : `-${epoch}`);
  return { token: `${prefix}_${idPart}_${secret}`, secret_hash: hashSecret(secret) };
}

/** Takes a credential apart; undefined when it does not have the form of one. Says nothing about whether it is valid. */
export function parseToken(text: string): Token | undefined {
  const [, prefix, id, epoch, secret] = FORM.exec(text) ?? [];
  if (!prefix || !id || !secret || (prefix === 'wha') !== (epoch !== undefined)) return undefined;
  return {
    prefix: prefix as TokenPrefix,
    id: id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    ...(epoch !== undefined && { epoch: Number(epoch) }),
    secret_hash: hashSecret(secret),
  };
}

/** Whether two secrets are the same, in a time that does not depend on where they differ. null never matches. */
export function sameSecret(given: Buffer, stored: Buffer | null): boolean {
  return stored !== null && given.length === stored.length && timingSafeEqual(given, stored);
}
