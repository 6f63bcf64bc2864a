import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../members/actor.ts';
import { readTask } from './read-task.ts';
import type { TaskView } from './schema.ts';

/** The task, if the actor may see it: a key those of its project, an attempt its own and its sub-tasks. Refuses: not_found. */
export async function readTaskFor(db: Db, actor: Actor, id: string): Promise<TaskView> {
  const task = await readTask(db, id, actor.project_id);
  if (actor.kind !== 'attempt' || actor.task_id === task.id || actor.task_id === task.parent_id) return task;
  throw new AppError('not_found', `There is no task ${id}.`);
}
