import type { Fleet } from '../../fleet/fleet.ts';

/** Attempts that somebody holds now. */
export async function workUnderWay({ postgres }: Fleet): Promise<number> {
  const rows = await postgres.sql('select from live_tasks where holder_id is not null');
  return rows.length;
}

/** Says so when more work was begun again than was under way. */
export function repeatedBeyond({ ledger }: Fleet, most: number): string[] {
  const worked = new Set(ledger.executions.map(({ key }) => key)).size;
  const repeated = ledger.executions.length - worked;
  return repeated > most ? [`${repeated} executions were repeated, and ${most} were under way`] : [];
}
