import type { Db } from '../db/database.ts';
import { addToTotals } from './add-to-totals.ts';

/** Events that one statement reads: some 20 ms. */
const BATCH = 20_000;

/**
 * Stops at the oldest transaction still open, as the readers of streams do: an event that commits late would else stand
 * before the place, and its end would never be counted. `skip locked`: whoever comes second has nothing to do.
 */
const COUNT_SQL = `
  with place as (
    select xid, seq from task_totals_place for update skip locked
  ), ahead as (
    select e.xid, e.seq, e.type, e.project_id from place p cross join lateral (
      select xid, seq, type, project_id from events
      where (xid, seq) > (p.xid, p.seq) and xid < pg_snapshot_xmin(pg_current_snapshot())
      order by xid, seq limit ${BATCH}
    ) e
  ), counted as (${addToTotals('ahead')}
  ), moved as (
    update task_totals_place p set xid = a.xid, seq = a.seq
    from (select xid, seq from ahead order by xid desc, seq desc limit 1) a
  )
  select count(*)::int as read from ahead`;

/**
 * Adds the tasks that ended lately to the totals, each once however many replicas call it at once. Answers whether there
 * is more to count at once.
 */
export async function countEnds(db: Db): Promise<boolean> {
  const [row] = await db.query<{ read: number }>(COUNT_SQL, [], { name: 'tasks-count-ends' });
  return row!.read === BATCH;
}
