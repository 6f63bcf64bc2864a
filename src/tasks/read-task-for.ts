import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { Actor } from '../members/actor.ts';
import { readTask } from './read-task.ts';
import type { TaskView } from './schema.ts';

/** The task, if the actor may see it: a key those of its project, an attempt its own. Refuses: not_found. */
export async function readTaskFor(db: Db, actor: Actor, id: string): Promise<TaskView> {
  if (actor.kind === 'attempt' && actor.task_id !== id) throw new AppError('not_found', `There is no task ${id}.`);
  return readTask(db, id, actor.project_id);
}
