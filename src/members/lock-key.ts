import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type Actor, ownsProject } from './actor.ts';
import { KEY_COLUMNS } from './list-keys.ts';
import type { KeyView } from './schema.ts';

/**
 * The key, locked until the transaction ends. `not_found` when there is none, or it is of another project, or it is for
 * all projects and the actor is not.
 */
export async function lockKey(trx: Db, actor: Actor, id: string): Promise<KeyView> {
  const [key] = await trx.query<KeyView>(`select ${KEY_COLUMNS} from api_keys where id = $1 for update`, [id]);
  if (!key || !ownsProject(actor, key.project_id)) {
    throw new AppError('not_found', `There is no key ${id} that your credential can manage.`);
  }
  return key;
}
