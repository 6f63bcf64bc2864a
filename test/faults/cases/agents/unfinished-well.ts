import type { Fleet } from '../../fleet/fleet.ts';

const FAILED_SQL = `
  select t.id, o.state, o.reason, o.error from outcomes o join tasks t on t.id = o.task_id
  where t.idempotency_key = any ($1) and o.state <> 'succeeded' limit 5`;

type Row = { id: string; state: string; reason: string | null; error: unknown };

/** Of the load's tasks, which some agent could have done at any time: those that were not. */
export async function unfinishedWell({ postgres, ledger }: Fleet): Promise<string[]> {
  const failed = await postgres.sql<Row>(FAILED_SQL, [[...ledger.submissions.keys()]]);
  return failed.map(({ id, state, reason, error }) => `Task ${id} ${state} (${reason}): ${JSON.stringify(error)}`);
}
