import type { Db } from '../db/database.ts';

/** Forgets a sealed value for good, once nothing refers to it any more; null is fine. */
export async function dropSecret(trx: Db, id: string | null): Promise<void> {
  if (id !== null) await trx.query('delete from secrets where id = $1', [id]);
}
