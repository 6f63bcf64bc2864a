import type { Db } from '../db/database.ts';
import type { EventPlace } from './event-place.ts';
import { HISTORY_PREFIX } from './history.ts';
import type { EventView } from './schema.ts';

const COLUMNS = `${HISTORY_PREFIX} || xid || '-' || seq as id, type, at, project_id, task_id, actor, data`;

/**
 * Stops at the oldest transaction still open: an event that commits late would else come to stand behind readers that
 * have passed its place, and nobody would ever see it. (One long writing transaction anywhere in the PostgreSQL server
 * holds all streams up for as long; nothing is lost.)
 */
const SETTLED = 'xid < pg_snapshot_xmin(pg_current_snapshot())';

const readSql = (ofTask: string): string => `
  select ${COLUMNS} from events
  where (xid, seq) > ($1::text::xid8, $2::bigint) and ${SETTLED} ${ofTask}
  order by xid, seq
  limit $3`;
const READ_SQL = readSql('');
const READ_OF_TASK_SQL = readSql('and task_id = $4');

const READ_AHEAD_SQL = `
  select ${COLUMNS}, ${SETTLED} as settled from events
  where (xid, seq) > ($1::text::xid8, $2::bigint)
  order by xid, seq
  limit $3`;

/** Events after a place that no late commit can come before, oldest first; of one task when `taskId` is not null. */
export const readEvents = (db: Db, after: EventPlace, taskId: string | null, limit: number): Promise<EventView[]> =>
  taskId === null
    ? db.query<EventView>(READ_SQL, [after.xid, after.seq, limit], { name: 'events-read' })
    : db.query<EventView>(READ_OF_TASK_SQL, [after.xid, after.seq, limit, taskId], { name: 'events-read-of-task' });

/** As `readEvents`, and whether others are committed that must wait for an older transaction to end. */
export async function readAhead(
  db: Db,
  after: EventPlace,
  limit: number,
): Promise<{ events: EventView[]; held_up: boolean }> {
  type Row = EventView & { settled: boolean };
  const rows = await db.query<Row>(READ_AHEAD_SQL, [after.xid, after.seq, limit], { name: 'events-read-ahead' });
  const open = rows.findIndex(({ settled }) => !settled);
  const events = rows.slice(0, open === -1 ? limit : open).map(({ settled: _, ...event }) => event);
  return { events, held_up: open !== -1 };
}

/** The place that all events stand behind which cannot be read yet. */
export async function readNow(db: Db): Promise<EventPlace> {
  const [row] = await db.query<{ xid: string }>('select pg_snapshot_xmin(pg_current_snapshot())::text as xid');
  return { xid: row!.xid, seq: '0' };
}
