import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';

export type LockedRunner = { id: string; name: string; project_id: string | null; holder_id: string | null };

/** The runner, locked until the transaction ends: sessions, declarations and removals of one runner never mix. `not_found` when there is none. */
export async function lockRunner(trx: Db, id: string): Promise<LockedRunner> {
  const [runner] = await trx.query<LockedRunner>(
    'select id, name, project_id, holder_id from runners where id = $1 and removed_at is null for update',
    [id],
  );
  if (!runner) throw new AppError('not_found', `There is no runner ${id}.`);
  return runner;
}
