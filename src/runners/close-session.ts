import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { actorName, type RunnerActor } from '../members/actor.ts';
import { endHolders } from './end-holders.ts';
import { lockRunner } from './lock-runner.ts';

/**
 * Ends a session, as a runner does that stops: it is offline at once, and leases it did not release are given up. Closing
 * a session that has ended, or an older one, changes nothing.
 */
export function closeSession(db: Db, actor: RunnerActor, holderId: string): Promise<void> {
  const { runner_id } = actor;
  return db.transaction(async (trx) => {
    const { project_id, holder_id: current } = await lockRunner(trx, runner_id);
    if (current !== holderId) return;
    await trx.query('update runners set holder_id = null where id = $1', [runner_id]);
    await endHolders(trx, runner_id, null);
    const data = { runner_id, holder_id: holderId };
    await recordEvent(trx, { type: 'runner.session_closed', project_id, task_id: null, actor: actorName(actor), data });
  });
}
