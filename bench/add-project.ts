import { randomUUID } from 'node:crypto';
import type { Db } from '../src/db/database.ts';

/** A project that may have any number of unfinished tasks, as `submitTasks` takes it. */
export async function addProject(db: Db) {
  const project = { id: randomUUID(), max_unfinished_tasks: 2_000_000_000, requires_approval: false };
  await db.query(`insert into projects (id, slug, name, max_unfinished_tasks) values ($1, 'bench', 'bench', $2)`, [
    project.id,
    project.max_unfinished_tasks,
  ]);
  return project;
}
