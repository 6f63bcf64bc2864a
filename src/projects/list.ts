import type { Db } from '../db/database.ts';
import type { Actor } from '../members/actor.ts';
import type { ProjectView } from './schema.ts';

// By number: the order in which they were made, and stable while pages are read.
const LIST_SQL = `
  select id, number, slug, name, weight, max_unfinished_tasks, requires_approval, permission_rules, created_at from projects
  where ($1::uuid is null or id = $1) and number > $2 order by number limit $3`;

/** Projects that the actor may see, `limit` at most, after the one with the number `after`. */
export const listProjects = (db: Db, actor: Actor, after: number, limit: number): Promise<ProjectView[]> =>
  db.query<ProjectView>(LIST_SQL, [actor.project_id, after, limit]);
