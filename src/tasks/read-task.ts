import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { readTasks } from './read-tasks.ts';
import type { TaskView } from './schema.ts';

/** One task with everything about it. Refuses: not_found, also when it belongs to another project than `projectId`. */
export async function readTask(db: Db, id: string, projectId: string | null = null): Promise<TaskView> {
  const [task] = await readTasks(db, [id]);
  if (task && (projectId === null || task.project_id === projectId)) return task;
  throw new AppError('not_found', `There is no task ${id}.`);
}
