import { AGENT_VIEW_SQL } from '../../agents/agent-view-sql.ts';
import type { Finding, Scene } from '../rule.ts';

// 24 ms for 2,000 runners on a busy machine, six times a minute. Whoever drained an agent may switch its machine off without being told that it is.
const OFFLINE_SQL = `
  select v.id as subject, v.project_id, v.name, v.runner, v.problem, v.breaker_open, v.last_seen_at
  from (${AGENT_VIEW_SQL}) v join agents d on d.id = v.id
  where (v.status = 'offline' or v.breaker_open) and not d.draining
  order by v.id limit 500`;

type Row = Pick<Finding, 'subject' | 'project_id'> & {
  name: string;
  runner: string | null;
  problem: string | null;
  breaker_open: boolean;
  last_seen_at: string | null;
};

/** Agents that get no work since they do not answer; 500 at most. */
export async function findOffline({ context }: Scene): Promise<Finding[]> {
  const rows = await context.control.query<Row>(OFFLINE_SQL, [], { name: 'alerts-offline' });
  return rows.map(({ subject, project_id, ...row }) => ({ subject, project_id, ...sayOffline(row) }));
}

function sayOffline({ name, runner, problem, breaker_open, last_seen_at }: Omit<Row, 'subject' | 'project_id'>) {
  const where = runner === null ? '' : ` on ${runner}`;
  const how = breaker_open ? 'gets no work: its breaker is open' : 'is offline';
  const seen = last_seen_at === null ? 'It never answered.' : `It was last seen at ${last_seen_at}.`;
  return { summary: `Agent ${name}${where} ${how}.`, detail: [seen, problem].filter(Boolean).join(' ') };
}
