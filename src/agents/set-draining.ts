import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName, requireOwn } from '../members/actor.ts';
import { findAgent } from './find.ts';
import type { AgentView } from './schema.ts';

/**
 * Lets the agent finish what it runs and gives it nothing more, until `resumeAgent`; also across restarts of its runner.
 * A repeat changes nothing. `not_found` as `findAgent`; `forbidden` when all projects share it and the actor is of one.
 */
export const drainAgent = (db: Db, actor: Actor, idOrName: string): Promise<AgentView> =>
  setDraining(db, actor, idOrName, { draining: true, type: 'agent.drained' });

/** Gives the agent work again after `drainAgent`; refuses as that does. */
export const resumeAgent = (db: Db, actor: Actor, idOrName: string): Promise<AgentView> =>
  setDraining(db, actor, idOrName, { draining: false, type: 'agent.resumed' });

type Change = { draining: boolean; type: string };

function setDraining(db: Db, actor: Actor, idOrName: string, { draining, type }: Change): Promise<AgentView> {
  return db.transaction(async (trx) => {
    const { id, name, project_id } = await findAgent(trx, actor, idOrName);
    requireOwn(actor, project_id, `agent "${name}"`);
    const changed = await trx.query(
      'update agents set draining = $2, updated_at = now() where id = $1 and draining <> $2 returning id',
      [id, draining],
    );
    const event = { type, project_id, task_id: null, actor: actorName(actor), data: { agent_id: id, name } };
    if (changed.length) await recordEvent(trx, event);
    return findAgent(trx, actor, id);
  });
}
