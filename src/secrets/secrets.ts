import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { Recent } from '../lib/recent.ts';
import { type Identities, type KeySettings, readIdentities } from './read-identities.ts';
import { type Purpose, type Sealed, seal, unseal } from './seal.ts';

/** Values that leave the database only for what they were given for. */
export type Secrets = {
  /** Stores a value sealed and answers its id. */
  seal(trx: Db, secret: Purpose & { value: string; created_by: string }): Promise<string>;
  /** The value. Refuses `secret_unusable` when it was sealed with another identity, or for something else. */
  open(db: Db, id: string, purpose: Purpose): Promise<string>;
};

// Opening costs 2 ms, and a busy agent's key is wanted for every call. A secret never changes: another value has another id.
const REMEMBER = { most: 1000, ms: 60_000 };

/** The secrets of a replica. Its identities are read when they are needed first, and kept in memory. */
export function openSecrets(settings: KeySettings): Secrets {
  const recent = new Recent<Sealed>(REMEMBER.most, REMEMBER.ms);
  let known: Promise<Identities> | undefined;
  const identities = () => {
    known ??= readIdentities(settings).catch((error) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    async seal(trx, { project_id, purpose, value, created_by }) {
      const id = uuid();
      const sealed = await seal(await identities(), { secret_id: id, project_id, purpose, value });
      await trx.query('insert into secrets (id, project_id, sealed, created_by) values ($1, $2, $3, $4)', [
        id,
        project_id,
        Buffer.from(sealed),
        created_by,
      ]);
      return id;
    },
    async open(db, id, wanted) {
      const secret = recent.get(id) ?? (await unseal(await identities(), await readSealed(db, id)));
      const fits =
        secret.secret_id === id && secret.project_id === wanted.project_id && secret.purpose === wanted.purpose;
      if (!fits) throw new AppError('secret_unusable', 'The stored key was sealed for something else.');
      recent.set(id, secret);
      return secret.value;
    },
  };
}

async function readSealed(db: Db, id: string): Promise<Uint8Array> {
  const [row] = await db.query<{ sealed: Buffer }>('select sealed from secrets where id = $1', [id], {
    name: 'secrets-read',
  });
  if (row) return row.sealed;
  throw new AppError('secret_unusable', 'The stored key is gone.');
}
