import type { Db } from '../../db/database.ts';

/** How long until the next probe, whoever makes it. */
export const NEXT_PROBE = `now() + (0.5 + random()) * interval '30 seconds'`;

// Nobody else finds them before their next time comes: when this process dies, then.
const DUE_SQL = `
  with due as (
    select e.agent_id from endpoints e join agents a on a.id = e.agent_id
    where e.next_probe_at <= now() and e.approved_at is not null and a.removed_at is null
    order by e.next_probe_at limit $1
    for update of e skip locked
  )
  update endpoints e set next_probe_at = ${NEXT_PROBE}
  from due where e.agent_id = due.agent_id
  returning e.agent_id`;

/** Takes up to `limit` agents whose probe is due, for this replica alone: it has to probe them now. */
export async function claimDueProbes(db: Db, limit: number): Promise<string[]> {
  const due = await db.query<{ agent_id: string }>(DUE_SQL, [limit], { name: 'agents-due-probes' });
  return due.map(({ agent_id }) => agent_id);
}
