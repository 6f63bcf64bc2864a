import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName, requireOwn } from '../members/actor.ts';
import { endHolders } from './end-holders.ts';
import { lockRunner } from './lock-runner.ts';

/**
 * Ends a runner for good: its credential, its sessions and its agents; what it was doing goes to other agents. To come
 * back its machine must be enrolled again. `not_found` when there is none; `forbidden` when all projects share it and the
 * actor is of one. Notify the topic `credentials` after it.
 */
export function removeRunner(db: Db, actor: Actor, id: string): Promise<void> {
  return db.transaction(async (trx) => {
    const { name, project_id } = await lockRunner(trx, id);
    requireOwn(actor, project_id, `runner ${id}`);
    await trx.query('update runners set removed_at = now(), holder_id = null where id = $1', [id]);
    await endHolders(trx, id, null);
    await trx.query('update agents set removed_at = now() where runner_id = $1 and removed_at is null', [id]);
    const data = { runner_id: id, name };
    await recordEvent(trx, { type: 'runner.removed', project_id, task_id: null, actor: actorName(actor), data });
  });
}
