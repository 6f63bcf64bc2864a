import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName, requireOwn } from '../members/actor.ts';
import { dropSecret } from '../secrets/drop-secret.ts';
import { findAgent } from './find.ts';
import { lockEndpoint } from './lock-endpoint.ts';

/**
 * Removes a model server, whose work then goes to other agents, and forgets its key. Or an agent whose runner is offline,
 * such as one of a machine that is gone; if the machine comes back and declares it, it is there again: `invalid_state`
 * while its runner is online, since then the runner's word counts. Else refuses as `drainAgent`.
 */
export function removeAgent(db: Db, actor: Actor, idOrName: string): Promise<void> {
  return db.transaction(async (trx) => {
    const { id, name, project_id, runner, status } = await findAgent(trx, actor, idOrName);
    requireOwn(actor, project_id, `agent "${name}"`);
    if (runner !== null && status !== 'offline') throw refuseOnline(name, runner);
    if (runner === null) await forgetKey(trx, id);
    await trx.query('update agents set removed_at = now(), updated_at = now() where id = $1', [id]);
    const data = { agent_id: id, name, runner };
    await recordEvent(trx, { type: 'agent.removed', project_id, task_id: null, actor: actorName(actor), data });
  });
}

async function forgetKey(trx: Db, id: string): Promise<void> {
  const { key_id } = await lockEndpoint(trx, id);
  await trx.query('update endpoints set key_id = null where agent_id = $1', [id]);
  await dropSecret(trx, key_id);
}

const refuseOnline = (name: string, runner: string): AppError =>
  new AppError(
    'invalid_state',
    `Runner "${runner}" is online and declares agent "${name}": drain it, or take it out of the agents.yaml there.`,
  );
