import type { Db } from '../db/database.ts';
import type { Submission } from './submit.ts';

const PROJECT_SQL = 'select id, max_unfinished_tasks, requires_approval from projects where id = $1';

/** The project of a task that is there, for another one that is submitted to it. */
export async function taskProject(db: Db, projectId: string): Promise<Submission['project']> {
  const [project] = await db.query<Submission['project']>(PROJECT_SQL, [projectId]);
  return project!;
}
