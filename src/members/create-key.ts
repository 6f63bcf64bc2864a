import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { mintToken } from '../lib/token.ts';
import { KEY_COLUMNS } from './list-keys.ts';
import type { CreateKey, KeyView } from './schema.ts';

type NewKey = Pick<CreateKey, 'name' | 'role' | 'ttl_ms'> & { project_id: string | null };

const CREATE_SQL = `
  insert into api_keys (id, project_id, role, name, secret_hash, expires_at)
  values ($1, $2, $3, $4, $5, now() + $6 * interval '1 millisecond')
  returning ${KEY_COLUMNS}`;

/** Makes an API key; `secret` exists in the answer only. `actor` is the name for the event. */
export function createKey(db: Db, actor: string, input: NewKey): Promise<KeyView & { secret: string }> {
  const { name, role, project_id, ttl_ms = null } = input;
  const id = uuid();
  const { token, secret_hash } = mintToken('whk', id);
  return db.transaction(async (trx) => {
    const [key] = await trx.query<KeyView>(CREATE_SQL, [id, project_id, role, name, secret_hash, ttl_ms]);
    const data = { key_id: id, name, role, expires_at: key!.expires_at };
    await recordEvent(trx, { type: 'key.created', project_id, task_id: null, actor, data });
    return { ...key!, secret: token };
  });
}
