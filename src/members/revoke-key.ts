import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from './actor.ts';
import { lockKey } from './lock-key.ts';

/**
 * Ends a key for good; a repeat changes nothing. `not_found` as `lockKey`. Notify the topic `credentials` after it: then
 * every replica refuses the key at once, else within 5 s.
 */
export function revokeKey(db: Db, actor: Actor, id: string): Promise<void> {
  return db.transaction(async (trx) => {
    const { project_id, name, revoked_at } = await lockKey(trx, actor, id);
    if (revoked_at !== null) return;
    await trx.query('update api_keys set revoked_at = now() where id = $1', [id]);
    const data = { key_id: id, name };
    await recordEvent(trx, { type: 'key.revoked', project_id, task_id: null, actor: actorName(actor), data });
  });
}
