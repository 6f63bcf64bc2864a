import type { Db } from '../db/database.ts';
import { INVARIANTS } from './invariants.ts';

export type Broken = { id: string; sentence: string; broken: number };

/** A dependency that ended while nobody was told of it is put before the coordinator again. */
const HEAL_SQL = `
  insert into settlements (task_id)
  select distinct d.depends_on from task_dependencies d join live_tasks t on t.id = d.task_id
  join outcomes o on o.task_id = d.depends_on
  where d.open and t.open_dependencies > 0
  on conflict do nothing`;

/** Checks every invariant for what is unfinished or ended since `since` (a time, or `-infinity`); answers those that are broken. */
export async function auditInvariants(db: Db, since: string): Promise<Broken[]> {
  const found: Broken[] = [];
  for (const { id, sentence, sql } of INVARIANTS) {
    const [row] = await db.query<{ broken: number }>(sql, [since]);
    if (row!.broken > 0) found.push({ id, sentence, broken: row!.broken });
  }
  return found;
}

/** Repairs the one kind of orphan that has a sure remedy. */
export const healOrphans = (db: Db): Promise<unknown> => db.query(HEAL_SQL);
