import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { readTask } from './read-task.ts';
import { type TaskView, taskCan } from './schema.ts';
import { settleTasks } from './settle.ts';

/**
 * Cancels a task: at once when nobody holds it; otherwise its holder is told at once through its poll, and after
 * CANCEL_GRACE_MS it is forced. A success that commits first stands. Repeating it is harmless. With it go its unfinished
 * sub-tasks, which nobody asked for but it.
 * Refuses: invalid_state when the task has ended otherwise.
 */
export async function cancelTask(desk: TaskDesk, task: TaskView, actor: string): Promise<TaskView> {
  const { db } = desk.context;
  await cancelOne(desk, task.id, actor);
  const now = await readTask(db, task.id);
  if (!taskCan('cancel', now.state) && now.state !== 'cancelled') {
    throw new AppError('invalid_state', `The task has already ${now.state === 'failed' ? 'failed' : now.state}.`);
  }
  // After the parent, which can have no more of them from then on.
  for (const { id } of await db.query<{ id: string }>(DESCENDANTS_SQL, [task.id])) await cancelOne(desk, id, actor);
  return now;
}

async function cancelOne(desk: TaskDesk, id: string, actor: string): Promise<void> {
  const settled = await desk.context.db.transaction(async (trx) => {
    const [live] = await trx.query<{ holder_id: string | null; already: boolean }>(CANCEL_SQL, [id, actor]);
    // The mark above holds the row's lock, and a claim passes over a marked task: nobody can claim it in between.
    if (!live || live.holder_id !== null) return [];
    const settlement = { task_id: id, epoch: null, end: 'cancelled', actor } as const;
    return settleTasks(trx, [settlement], desk.context.config.leaseGraceMs);
  });
  desk.context.notify('directives');
  desk.announce();
  for (const one of settled) desk.announceSettled(one);
}

/** Unfinished sub-tasks and theirs; parents before their children. */
const DESCENDANTS_SQL = `
  with recursive below as (
    select id, depth from tasks where parent_id = $1
    union all
    select t.id, t.depth from tasks t join below b on t.parent_id = b.id
  )
  select id from below join live_tasks using (id) order by depth, id`;

const CANCEL_SQL = `
  with before as (
    select id, project_id, epoch, cancel_requested_at is not null as already from live_tasks where id = $1 for update
  ), marked as (
    update live_tasks t set cancel_requested_at = coalesce(t.cancel_requested_at, now())
    from before b where t.id = b.id
    returning t.holder_id
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select project_id, id, 'task.cancel_requested', $2, json_build_object('epoch', epoch) from before where not already
  )
  select m.holder_id, b.already from marked m, before b`;
