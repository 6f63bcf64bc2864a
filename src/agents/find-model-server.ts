import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type Actor, requireOwn } from '../members/actor.ts';
import { findAgent } from './find.ts';
import type { AgentView } from './schema.ts';

/**
 * The model server that the actor wants to change. Refuses as `findAgent`; `forbidden` when all projects share it and the
 * actor is of one; `invalid_state` when a runner declares the agent.
 */
export async function findModelServer(db: Db, actor: Actor, idOrName: string): Promise<AgentView> {
  const agent = await findAgent(db, actor, idOrName);
  const { name, project_id, runner } = agent;
  requireOwn(actor, project_id, `agent "${name}"`);
  if (runner === null) return agent;
  throw new AppError(
    'invalid_state',
    `Agent "${name}" is no model server: what it is stands in the agents.yaml of runner "${runner}".`,
  );
}
