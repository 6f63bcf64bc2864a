import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';

export type LockedEndpoint = { url: string; key_id: string | null };

const LOCK_SQL = `
  select e.url, e.key_id from endpoints e join agents a on a.id = e.agent_id
  where e.agent_id = $1 and a.removed_at is null
  for update`;

/** Locks a model server, so that no key is stored for one that is removed meanwhile: `not_found` then. */
export async function lockEndpoint(trx: Db, agentId: string): Promise<LockedEndpoint> {
  const [endpoint] = await trx.query<LockedEndpoint>(LOCK_SQL, [agentId]);
  if (endpoint) return endpoint;
  throw new AppError('not_found', `Agent ${agentId} was removed.`);
}
