import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { type Actor, seesProject } from '../members/actor.ts';
import { AGENT_VIEW_SQL } from './agent-view-sql.ts';
import type { AgentView } from './schema.ts';

/**
 * The agent with this id, or the only one with this name that the actor can see. `not_found` when there is none; when
 * several share the name it is refused as `invalid_request`, and the sentence gives their ids.
 */
export async function findAgent(db: Db, actor: Actor, idOrName: string): Promise<AgentView> {
  const found = await db.query<AgentView>(`${AGENT_VIEW_SQL} and (a.id::text = lower($1) or a.name = $1)`, [idOrName]);
  const visible = found.filter(({ project_id }) => seesProject(actor, project_id));
  const byId = visible.find(({ id }) => id === idOrName.toLowerCase());
  const [agent, another] = byId ? [byId] : visible;
  if (!agent) throw new AppError('not_found', `There is no agent "${idOrName}" that your credential can see.`);
  if (!another) return agent;
  const ids = visible
    .map(({ id, runner, url }) => `${id} ${runner === null ? `at ${url}` : `on ${runner}`}`)
    .join(', ');
  throw new AppError('invalid_request', `Several agents are named "${idOrName}"; use an id: ${ids}.`);
}
