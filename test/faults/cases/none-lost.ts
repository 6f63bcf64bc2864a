import type { Fleet } from '../fleet/fleet.ts';

const LOST_SQL = `
  select count(*)::int as lost from attempts a join tasks t on t.id = a.task_id
  where a.outcome = 'lost' and t.idempotency_key = any ($1)`;

/** Who leaves and says so loses no lease. */
export async function noneLost({ postgres, ledger }: Fleet): Promise<string[]> {
  const [row] = await postgres.sql<{ lost: number }>(LOST_SQL, [[...ledger.submissions.keys()]]);
  return row!.lost ? [`${row!.lost} leases were lost`] : [];
}
