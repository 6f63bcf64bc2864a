import type { Db } from '../db/database.ts';

/** A task that could be claimed; it waits so long already. */
export type Claimable = { project_id: string; class_id: number; slots: number; waits_ms: number };

/** Claimable tasks that are looked at: an hour's backlog, in 5 ms. */
const MOST = 10_000;

const OLDEST_SQL = `
  select project_id, class_id, slots, (extract(epoch from now() - available_at) * 1000)::float8 as waits_ms
  from (select project_id, class_id, slots, available_at from live_tasks where ready limit ${MOST}) looked
  order by available_at limit 1`;

/** The task that has waited longest among 10,000 that could be claimed; undefined when none could. */
export async function findOldestClaimable(db: Db): Promise<Claimable | undefined> {
  const [oldest] = await db.query<Claimable>(OLDEST_SQL, [], { name: 'tasks-oldest' });
  return oldest;
}
