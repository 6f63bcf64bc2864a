import { once } from 'node:events';
import type { Db } from '../db/database.ts';
import type { TaskDesk } from './desk.ts';
import { type LogLine, type LogPlace, readLog } from './read-log.ts';

const PAGE = 200;
/** How long a line that another replica took in may stay unseen. */
const LOOK_MS = 500;

/** The log of a task from a place on, and what is still to come; ends when the task has ended and all was given. */
export async function* followLog(
  desk: TaskDesk,
  taskId: string,
  after: LogPlace,
  signal: AbortSignal,
): AsyncGenerator<{ id: string; data: LogLine }> {
  for (let place = after; !signal.aborted; ) {
    // Asked before the log is read: what was written before the end is then surely among the lines.
    const ended = !(await isLive(desk.context.db, taskId));
    const lines = await readLog(desk.context.db, taskId, place, PAGE);
    for (const line of lines) yield { id: `${line.epoch}-${line.seq}`, data: line };
    place = lines.at(-1) ?? place;
    if (ended && lines.length < PAGE) return;
    if (lines.length < PAGE) await grown(desk, taskId, signal);
  }
}

/** Every stream asks twice a second: not for the task, which may carry a megabyte. */
async function isLive(db: Db, taskId: string): Promise<boolean> {
  return (await db.query('select from live_tasks where id = $1', [taskId], { name: 'tasks-is-live' })).length > 0;
}

/** Until the log of the task grows here, or it is time to look for what came in elsewhere. */
async function grown(desk: TaskDesk, taskId: string, signal: AbortSignal): Promise<void> {
  const over = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  await once(desk.logged, taskId, { signal: over }).catch(() => {});
}
