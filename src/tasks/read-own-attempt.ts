import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { AttemptRef, ownAttempt } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';

const STANDING_SQL = `
  select id as task_id, epoch, project_id, awaiting_since is not null as awaiting_input,
    (awaited_ms + coalesce(extract(epoch from now() - awaiting_since) * 1000, 0))::bigint as awaited_ms,
    cancel_requested_at is not null as cancel_requested
  from live_tasks where id = $1 and epoch = $2 and holder_id is not null`;

/** How an attempt that runs stands, its clock above all. Refuses: lease_lost. */
export async function readOwnAttempt(db: Db, { task_id, epoch }: AttemptRef): Promise<z.infer<typeof ownAttempt>> {
  const [own] = await db.query<z.infer<typeof ownAttempt>>(STANDING_SQL, [task_id, epoch], { name: 'tasks-own' });
  if (!own) throw noLease({ task_id, epoch });
  return own;
}
