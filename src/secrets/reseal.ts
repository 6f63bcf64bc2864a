import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Identities } from './read-identities.ts';
import { recipientsOf, type Sealed, seal, unseal } from './seal.ts';

/**
 * Seals one value for the current identity alone, unless it is already (`kept`); `lost` when no identity opens it. A row
 * that was dropped meanwhile stays dropped; none is ever written with another value, so no lock is needed.
 */
export async function reseal(
  db: Db,
  { current, previous }: Identities,
  { id, sealed }: { id: string; sealed: Buffer },
): Promise<'resealed' | 'kept' | 'lost'> {
  const alone = { current, previous: [] };
  if (recipientsOf(sealed) === 1 && (await openedBy(alone, sealed))) return 'kept';
  const secret = await openedBy({ current, previous }, sealed);
  if (!secret) return 'lost';
  await db.query('update secrets set sealed = $2 where id = $1', [id, Buffer.from(await seal(alone, secret))]);
  return 'resealed';
}

async function openedBy(identities: Identities, sealed: Buffer): Promise<Sealed | undefined> {
  return unseal(identities, sealed).catch((error) => {
    if (error instanceof AppError && error.code === 'secret_unusable') return undefined;
    throw error;
  });
}
