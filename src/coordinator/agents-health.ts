import { ENDPOINT_ONLINE, RUNNER_ONLINE } from '../agents/agent-view-sql.ts';
import type { AgentsHealth } from '../context.ts';
import type { Db } from '../db/database.ts';
import { findOldestClaimable } from '../tasks/oldest-claimable.ts';

/** So long may work wait for an agent that is away. */
const MOST_WAIT_MS = 60_000;

// A model server that was not approved, or whose breaker is open, gets no work: it is not online.
const COUNT_SQL = `
  select count(*)::int as total,
    count(*) filter (where ${RUNNER_ONLINE}
      or (${ENDPOINT_ONLINE} and e.approved_at is not null and e.breaker_opened_at is null))::int as online
  from agents a
  left join runners r on r.id = a.runner_id
  left join holders h on h.id = r.holder_id
  left join endpoints e on e.agent_id = a.id
  where a.removed_at is null and r.removed_at is null`;

/** How many agents of all projects there are. They may be away while no work waits for them. */
export async function agentsHealth(db: Db): Promise<AgentsHealth> {
  const [row] = await db.query<{ total: number; online: number }>(COUNT_SQL);
  const { total, online } = row!;
  const oldest = online === 0 ? await findOldestClaimable(db) : undefined;
  const waits = oldest !== undefined && oldest.waits_ms > MOST_WAIT_MS;
  return { total, online, problem: waits ? `Work waits and none of ${total} agents is online.` : null };
}
