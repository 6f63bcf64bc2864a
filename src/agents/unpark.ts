import type { Db } from '../db/database.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName, requireOwn } from '../members/actor.ts';
import { findAgent } from './find.ts';
import type { AgentView } from './schema.ts';

const UNPARK_SQL =
  'delete from parked_accounts where project_id is not distinct from $1 and account = $2 returning account';

/**
 * Gives work again to the agent and all others of its account, although the account's limit was said to last. A repeat
 * changes nothing. Refuses as `drainAgent`.
 */
export function unparkAgent(db: Db, actor: Actor, idOrName: string): Promise<AgentView> {
  return db.transaction(async (trx) => {
    const { id, name, project_id, account } = await findAgent(trx, actor, idOrName);
    requireOwn(actor, project_id, `agent "${name}"`);
    const unparked = await trx.query(UNPARK_SQL, [project_id, account]);
    const event = { type: 'account.unparked', project_id, task_id: null, actor: actorName(actor), data: { account } };
    if (unparked.length) await recordEvent(trx, event);
    return findAgent(trx, actor, id);
  });
}
