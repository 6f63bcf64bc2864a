import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { AttemptRef } from './attempt-schema.ts';
import { noLease } from './no-lease.ts';

/** An attempt that submits sub-tasks, and on which level its task is. */
export type Parent = AttemptRef & { depth: number };

const MOST_CHILDREN = 20;

const STANDING_SQL = `
  select l.cancel_requested_at is not null as cancelled, (select count(*)::int from tasks where parent_id = $1) as children
  from live_tasks l where l.id = $1 and l.epoch = $2 and l.holder_id is not null`;

/**
 * Refuses an attempt that may not have so many more sub-tasks: lease_lost, invalid_state (its task is being cancelled),
 * subtask_limit (20 of one task). Exact when the parent's row is locked.
 */
export async function requireRoomForChildren(trx: Db, { task_id, epoch }: AttemptRef, more: number): Promise<void> {
  type Standing = { cancelled: boolean; children: number };
  const [standing] = await trx.query<Standing>(STANDING_SQL, [task_id, epoch]);
  if (!standing) throw noLease({ task_id, epoch });
  if (standing.cancelled)
    throw new AppError('invalid_state', 'The task is being cancelled; it gets no more sub-tasks.');
  if (standing.children + more <= MOST_CHILDREN) return;
  throw new AppError(
    'subtask_limit',
    `The task has ${standing.children} sub-tasks; with ${more} more it would have over ${MOST_CHILDREN}.`,
  );
}
