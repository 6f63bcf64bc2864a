import type { Db } from '../db/database.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';

const HELD_SQL = 'select from live_tasks where id = $1 and epoch = $2 and holder_id is not null for update';

/**
 * Locks the row of a task for an attempt that writes: until the end of the transaction it neither ends nor loses its
 * lease. Refuses: lease_lost when it holds it no longer. Comes before every other lock of the transaction.
 */
export async function lockHeld(trx: Db, { task_id, epoch }: AttemptRef): Promise<void> {
  const [held] = await trx.query(HELD_SQL, [task_id, epoch], { name: 'tasks-lock-held' });
  if (!held) throw noLease({ task_id, epoch });
}
