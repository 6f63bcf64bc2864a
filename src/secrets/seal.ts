import { AppError } from '../errors.ts';
import { loadAge } from './load-age.ts';
import type { Identities } from './read-identities.ts';

/** What a value is for. It is sealed in with the value, so that a row put in the place of another opens nothing. */
export type Purpose = { project_id: string | null; purpose: string };
/** What is sealed. */
export type Sealed = Purpose & { secret_id: string; value: string };

/**
 * Seals for every identity that is given: beside the present one, that is the one before, so that in the middle of a
 * rotation replicas that know only that one open it too.
 */
export async function seal({ current, previous }: Identities, secret: Sealed): Promise<Uint8Array> {
  const { Encrypter, identityToRecipient } = await loadAge();
  const encrypter = new Encrypter();
  for (const identity of [current, ...previous]) encrypter.addRecipient(await identityToRecipient(identity));
  return encrypter.encrypt(JSON.stringify(secret));
}

/** Opens with any of the identities; `secret_unusable` when it was sealed for none of them. */
export async function unseal({ current, previous }: Identities, sealed: Uint8Array): Promise<Sealed> {
  try {
    const { Decrypter } = await loadAge();
    const decrypter = new Decrypter();
    for (const identity of [current, ...previous]) decrypter.addIdentity(identity);
    return JSON.parse(await decrypter.decrypt(sealed, 'text'));
  } catch (cause) {
    const sentence = 'The stored key was sealed with another SECRETS_KEY (or secrets.key) than this server has.';
    throw new AppError('secret_unusable', `${sentence} Give it again.`, { cause });
  }
}

/** For how many identities a value was sealed: stanzas of its header (age-encryption.org/v1). */
export const recipientsOf = (sealed: Uint8Array): number =>
  Buffer.from(sealed).toString('latin1').split('\n---', 1)[0]!.split('\n-> X25519 ').length - 1;
