import type { Db } from '../../db/database.ts';

/**
 * Makes the replica known as a holder, or keeps it known: rows of replicas that died are dropped for their age, and with
 * them those of replicas that run for longer than anything is kept.
 */
export const keepHolder = async (db: Db, holderId: string): Promise<void> =>
  void (await db.query('insert into holders (id) values ($1) on conflict (id) do nothing', [holderId]));

/** The replica holds nothing any more, and never will. */
export const endHolder = async (db: Db, holderId: string): Promise<void> =>
  void (await db.query('update holders set ended_at = now() where id = $1', [holderId]));
