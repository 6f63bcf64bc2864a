import type { z } from 'zod';
import type { Db } from '../db/database.ts';
import type { logView } from './attempt-schema.ts';

export type LogLine = z.infer<typeof logView>;
/** A place in the log of a task: everything after it is still to be read. */
export type LogPlace = { epoch: number; seq: number };

const READ_SQL = `
  select epoch, seq, stream, text, at from attempt_logs
  where task_id = $1 and (epoch, seq) > ($2, $3)
  order by epoch, seq limit $4`;

const FOLLOW_SQL = `
  select exists (select from live_tasks where id = $1) as live, l.*
  from (values (1)) as one left join lateral (${READ_SQL}) l on true`;

/**
 * The same, and whether the task was unfinished then: if not, this is all that there will ever be. In one statement,
 * since every stream asks for both with every piece of an answer.
 */
export async function readGrowingLog(db: Db, taskId: string, after: LogPlace, limit: number) {
  const rows = await db.query<LogLine & { live: boolean }>(FOLLOW_SQL, [taskId, after.epoch, after.seq, limit], {
    name: 'tasks-log-follow',
  });
  const lines = rows.filter(({ seq }) => seq !== null).map(({ live: _, ...line }): LogLine => line);
  return { live: rows[0]!.live, lines };
}

/** The log of a task, all attempts one after the other, from a place on. */
export const readLog = (db: Db, taskId: string, after: LogPlace, limit: number): Promise<LogLine[]> =>
  db.query<LogLine>(READ_SQL, [taskId, after.epoch, after.seq, limit], { name: 'tasks-log-read' });
