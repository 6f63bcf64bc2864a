import type { Db } from '../db/database.ts';
import type { Actor } from './actor.ts';
import type { KeyView } from './schema.ts';

/** What is shown of a key: everything but its secrets. */
export const KEY_COLUMNS = 'id, name, role, project_id, created_at, expires_at, previous_secret_until, revoked_at';

/** Keys that the actor may manage, newest first, `limit` at most, older than the key `before`. */
export function listKeys(db: Db, actor: Actor, before: string | undefined, limit: number): Promise<KeyView[]> {
  return db.query<KeyView>(
    `select ${KEY_COLUMNS} from api_keys
     where ($1::uuid is null or project_id = $1) and ($2::text is null or id < $2) order by id desc limit $3`,
    [actor.project_id, before ?? null, limit],
  );
}
