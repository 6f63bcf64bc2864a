import { parseToken } from '../lib/token.ts';
import type { Grant } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { type Settled, settleTasks } from './settle.ts';

const LOCK_SQL = 'select from live_tasks where id = any($1) order by id for update';

/**
 * Puts tasks back whose grants nobody came for; those attempts do not count. One that was given again or has started
 * stays with its holder, also when that happens at the same moment: a new token (`redeliverGrants`) is seen by a
 * statement that begins under the row's lock, not by one that waited for it.
 */
export async function takeBack(desk: TaskDesk, holder_id: string, grants: Grant[]): Promise<void> {
  const { control, config } = desk.context;
  const settlements = grants.map(({ task_id, epoch, token }) => {
    const token_hash = parseToken(token)!.secret_hash.toString('hex');
    return { task_id, epoch, holder_id, end: 'undelivered' as const, actor: 'coordinator', token_hash };
  });
  const settled = await control.transaction(async (trx): Promise<Settled[]> => {
    await trx.query(LOCK_SQL, [grants.map(({ task_id }) => task_id)]);
    return settleTasks(trx, settlements, config.leaseGraceMs);
  });
  for (const one of settled) desk.announceSettled(one);
}
