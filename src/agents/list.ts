import type { Db } from '../db/database.ts';
import { AGENT_VIEW_SQL } from './agent-view-sql.ts';
import type { AgentView } from './schema.ts';

type Page = { after: string | undefined; limit: number };

const LIST_SQL = `${AGENT_VIEW_SQL}
    and ($1::uuid is null or a.project_id is null or a.project_id = $1) and ($2::uuid is null or a.id > $2)
  order by a.id limit $3`;

/** Agents that may serve the project (null: all agents), oldest first, `limit` at most, after the agent `after`. */
export const listAgents = (db: Db, projectId: string | null, { after, limit }: Page): Promise<AgentView[]> =>
  db.query<AgentView>(LIST_SQL, [projectId, after ?? null, limit]);
