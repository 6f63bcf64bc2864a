import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName, requireOwn } from '../members/actor.ts';
import { findAgent } from './find.ts';

/**
 * Removes an agent whose runner is offline, such as one of a machine that is gone; if the machine comes back and
 * declares it, it is there again. `invalid_state` while its runner is online: then the runner's word counts. Else refuses
 * as `drainAgent`.
 */
export function removeAgent(db: Db, actor: Actor, idOrName: string): Promise<void> {
  return db.transaction(async (trx) => {
    const { id, name, project_id, runner, status } = await findAgent(trx, actor, idOrName);
    requireOwn(actor, project_id, `agent "${name}"`);
    if (status !== 'offline') throw refuseOnline(name, runner);
    await trx.query('update agents set removed_at = now(), updated_at = now() where id = $1', [id]);
    const data = { agent_id: id, name, runner };
    await recordEvent(trx, { type: 'agent.removed', project_id, task_id: null, actor: actorName(actor), data });
  });
}

const refuseOnline = (name: string, runner: string | null): AppError =>
  new AppError(
    'invalid_state',
    `Runner "${runner}" is online and declares agent "${name}": drain it, or take it out of the agents.yaml there.`,
  );
