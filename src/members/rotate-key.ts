import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { mintToken } from '../lib/token.ts';
import { type Actor, actorName } from './actor.ts';
import { KEY_COLUMNS } from './list-keys.ts';
import { lockKey } from './lock-key.ts';
import type { KeyView } from './schema.ts';

// While a secret from an earlier rotation is running out, that one stays and the newest is replaced: whoever repeats a
// rotation because its answer was lost must not cut off the programs that still use the old secret.
const ROTATE_SQL = `
  update api_keys set
    secret_hash = $2,
    previous_secret_hash = case when previous_secret_until > now() then previous_secret_hash else secret_hash end,
    previous_secret_until =
      case when previous_secret_until > now() then previous_secret_until else now() + interval '24 hours' end
  where id = $1
  returning ${KEY_COLUMNS}`;

/**
 * Gives a key a new secret; the one before stays valid for 24 hours. `not_found` as `lockKey`, `invalid_state` when the
 * key is revoked.
 */
export function rotateKey(db: Db, actor: Actor, id: string): Promise<KeyView & { secret: string }> {
  const { token, secret_hash } = mintToken('whk', id);
  return db.transaction(async (trx) => {
    const { project_id, name, revoked_at } = await lockKey(trx, actor, id);
    if (revoked_at !== null) throw new AppError('invalid_state', 'The key is revoked: create another one.');
    const [key] = await trx.query<KeyView>(ROTATE_SQL, [id, secret_hash]);
    const data = { key_id: id, name, previous_secret_until: key!.previous_secret_until };
    await recordEvent(trx, { type: 'key.rotated', project_id, task_id: null, actor: actorName(actor), data });
    return { ...key!, secret: token };
  });
}
