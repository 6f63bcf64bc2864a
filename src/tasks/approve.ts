import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { readTask } from './read-task.ts';
import { type TaskView, taskCan } from './schema.ts';

/** An approval that is missing counts as one open dependency; the one statement takes it away, once. */
const APPROVE_SQL = `
  with unapproved as (
    select id from live_tasks where id = $1 and needs_approval for update
  ), approved as (
    update live_tasks t
    set needs_approval = false, open_dependencies = t.open_dependencies - 1,
      ready = t.open_dependencies = 1 and t.available_at <= now(),
      available_at = case when t.open_dependencies = 1 then greatest(t.available_at, now()) else t.available_at end,
      state = case when t.open_dependencies = 1 and t.available_at <= now() then 'queued' else t.state end
    from unapproved u where t.id = u.id
    returning t.id, t.project_id, t.ready
  )
  insert into events (project_id, task_id, type, actor)
  select project_id, id, 'task.approved', $2 from approved
  union all
  select project_id, id, 'task.queued', $2 from approved where ready
  returning task_id`;

/**
 * Lets a task go on that waits for approval: it is queued when nothing else is open. A repeat is harmless.
 * Refuses: invalid_state when the task has ended without ever having been approved. To reject it, cancel it.
 */
export async function approveTask(desk: TaskDesk, task: TaskView, actor: string): Promise<TaskView> {
  const { db } = desk.context;
  const told = await db.query(APPROVE_SQL, [task.id, actor]);
  if (told.length) desk.announceWork();
  const now = await readTask(db, task.id);
  const isOver = now.finished_at !== null && now.attempts === 0;
  if (isOver && !taskCan('approve', now.state)) {
    throw new AppError(
      'invalid_state',
      `The task has already ${now.state === 'failed' ? 'failed' : `been ${now.state}`}.`,
    );
  }
  return now;
}
