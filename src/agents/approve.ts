import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { findModelServer } from './find-model-server.ts';
import { lockEndpoint } from './lock-endpoint.ts';
import { NEXT_PROBE } from './push/claim-due-probes.ts';

// The caller probes it now, so that the answer shows what it offers.
const APPROVE_SQL = `
  update endpoints set approved_at = now(), approved_by = $2, next_probe_at = ${NEXT_PROBE}
  where agent_id = $1 and approved_at is null
  returning agent_id`;

/**
 * Lets a model server be contacted, and given work once it answers; answers its id, for the first probe. A repeat changes
 * nothing. `seen` is the address for which it is said, as it is stored: `invalid_state` when the agent has another one.
 * Refuses also as `findModelServer`.
 */
export function approveAgent(db: Db, actor: Actor, idOrName: string, seen?: string): Promise<string> {
  return db.transaction(async (trx) => {
    const { id, name, project_id } = await findModelServer(trx, actor, idOrName);
    const { url } = await lockEndpoint(trx, id);
    if (seen !== undefined && seen !== url)
      throw new AppError('invalid_state', `The address of agent "${name}" is ${url} by now, not ${seen}.`);
    const [approved] = await trx.query(APPROVE_SQL, [id, actorName(actor)]);
    if (!approved) return id;
    const data = { agent_id: id, name, url };
    await recordEvent(trx, { type: 'agent.approved', project_id, task_id: null, actor: actorName(actor), data });
    return id;
  });
}
