import type { Db } from '../db/database.ts';
import { AGENT_VIEW_SQL } from './agent-view-sql.ts';
import type { AgentView } from './schema.ts';

const ROSTER_SQL = `${AGENT_VIEW_SQL}
    and ($1::uuid is null or a.project_id is null or a.project_id = $1)
  order by r.name, a.name`;

/** Every agent that may serve the project (null: all agents), with what it is doing this moment. */
export const readRoster = (db: Db, projectId: string | null): Promise<AgentView[]> =>
  db.query<AgentView>(ROSTER_SQL, [projectId], { name: 'agents-roster' });
