import { AGENT_VIEW_SQL } from '../agents/agent-view-sql.ts';
import type { AgentView } from '../agents/schema.ts';
import type { Db } from '../db/database.ts';

type Live = { project_id: string; state: 'waiting' | 'queued' | 'leased' | 'running'; tasks: number; oldest_s: number };
type Ended = { project_id: string; outcome: 'succeeded' | 'failed' | 'cancelled' | 'expired'; total: number };
type Seen = 'name' | 'runner' | 'kind' | 'status' | 'project_id' | 'max_concurrent' | 'used' | 'breaker_open';

/** The whole fleet, as one look at the database found it. */
export type Fleet = {
  /** Unfinished tasks; `oldest_s`: seconds since the oldest of them that can be claimed can be, 0 when none can. */
  live: Live[];
  /** Tasks that ended, ever; what ended in the last seconds may be missing. */
  ended: Ended[];
  /** Those that were not removed, the oldest first. */
  agents: (Pick<AgentView, Seen> & { draining: boolean })[];
};

// Reads the table of unfinished tasks, and nothing whose size grows with the number of finished ones.
const LIVE_SQL = `
  select project_id, state, count(*)::int as tasks,
    coalesce(extract(epoch from now() - min(available_at) filter (where ready)), 0)::float8 as oldest_s
  from live_tasks group by project_id, state`;

const AGENTS_SQL = `
  select v.name, v.runner, v.kind, v.status, v.project_id, v.max_concurrent, v.used, v.breaker_open, a.draining
  from (${AGENT_VIEW_SQL}) v join agents a on a.id = v.id order by v.created_at, v.id`;

/** Looks at the fleet, in three statements at once. */
export async function readFleet(db: Db): Promise<Fleet> {
  const [live, ended, agents] = await Promise.all([
    db.query<Live>(LIVE_SQL, [], { name: 'status-live' }),
    db.query<Ended>('select project_id, outcome, total from task_totals', [], { name: 'status-ended' }),
    db.query<Fleet['agents'][number]>(AGENTS_SQL, [], { name: 'status-agents' }),
  ]);
  return { live, ended, agents };
}
