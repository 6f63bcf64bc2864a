import type { Db } from '../db/database.ts';
import type { AgentView } from './schema.ts';

/** Agents as every replica sees them; `project_id` null serves every project. Online: a session is open and was heard of within 45 s. */
const ROSTER_SQL = `
  select a.id, a.name, a.kind, a.project_id, a.runner_id, r.name as runner, a.capabilities, a.models, a.labels,
         s.max_concurrent, s.used, a.not_ready_reason, r.last_seen_at, a.created_at,
         case
           when h.id is null or h.ended_at is not null or r.last_seen_at < now() - interval '45 seconds' then 'offline'
           when a.draining then 'draining'
           when a.not_ready_reason is not null then 'not_ready'
           else 'online'
         end as status
  from agents a
  join runners r on r.id = a.runner_id
  join agent_slots s on s.agent_id = a.id
  left join holders h on h.id = r.holder_id
  where a.removed_at is null and r.removed_at is null
    and ($1::uuid is null or a.project_id is null or a.project_id = $1)
  order by r.name, a.name`;

/** Every agent that may serve the project (null: all agents), with what it is doing this moment. */
export const readRoster = (db: Db, projectId: string | null): Promise<AgentView[]> =>
  db.query<AgentView>(ROSTER_SQL, [projectId], { name: 'agents-roster' });
