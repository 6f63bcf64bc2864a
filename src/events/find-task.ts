import type { Db } from '../db/database.ts';
import { type EventPlace, toPlace } from './event-place.ts';
import { TERMINAL_EVENTS } from './schema.ts';

/** What a follower of a task must know of it. */
export type FollowedTask = {
  project_id: string;
  /** The task whose attempt submitted it. */
  parent_id: string | null;
  /** Where its last event stands; null while it has not ended, and when that event was dropped by retention. */
  end: EventPlace | null;
  /** It has ended, and nothing will tell of it any more. */
  dropped: boolean;
};

const TASK_SQL = `
  select t.project_id, t.parent_id, exists (select from outcomes o where o.task_id = t.id) as ended,
    (select xid || '-' || seq from events e
     where e.task_id = t.id and e.type = any($2) order by e.xid desc, e.seq desc limit 1) as end_id
  from tasks t where t.id = $1`;

/** A task that somebody wants to follow; undefined when there is none. */
export async function findTask(db: Db, id: string): Promise<FollowedTask | undefined> {
  type Row = { project_id: string; parent_id: string | null; ended: boolean; end_id: string | null };
  const [task] = await db.query<Row>(TASK_SQL, [id, TERMINAL_EVENTS]);
  if (!task) return undefined;
  const { project_id, parent_id, ended, end_id } = task;
  return { project_id, parent_id, end: end_id === null ? null : toPlace(end_id), dropped: ended && end_id === null };
}
