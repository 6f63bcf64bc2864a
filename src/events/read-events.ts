import type { Db } from '../db/database.ts';
import type { EventView } from './schema.ts';

/** A place in the record: everything after it is still to be read. Both parts are 64-bit numbers in decimal. */
export type EventPlace = { xid: string; seq: string };

/**
 * Stops at the oldest transaction still open: an event that commits late would else come to stand behind readers that
 * have passed its place, and nobody would ever see it.
 */
const readSql = (ofTask: string): string => `
  select xid || '-' || seq as id, type, at, project_id, task_id, actor, data
  from events
  where (xid, seq) > ($1::text::xid8, $2::bigint) and xid < pg_snapshot_xmin(pg_current_snapshot()) ${ofTask}
  order by xid, seq
  limit $3`;
const READ_SQL = readSql('');
const READ_OF_TASK_SQL = readSql('and task_id = $4');

/** Events after a place, oldest first; of one task when `taskId` is not null. */
export const readEvents = (db: Db, after: EventPlace, taskId: string | null, limit: number): Promise<EventView[]> =>
  taskId === null
    ? db.query<EventView>(READ_SQL, [after.xid, after.seq, limit], { name: 'events-read' })
    : db.query<EventView>(READ_OF_TASK_SQL, [after.xid, after.seq, limit, taskId], { name: 'events-read-of-task' });

/** The place that all events stand behind which cannot be read yet. */
export async function readNow(db: Db): Promise<EventPlace> {
  const [row] = await db.query<{ xid: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xid');
  return { xid: row!.xid, seq: '0' };
}

export const toPlace = (id: string): EventPlace => {
  const [xid, seq] = id.split('-');
  return { xid: xid!, seq: seq! };
};
