import type { Db } from '../db/database.ts';

/** The id of the project with this slug or id; undefined when there is none. Plain SQL, as projects/ stands above. */
export async function findProjectId(db: Db, slugOrId: string): Promise<string | undefined> {
  const [project] = await db.query<{ id: string }>('select id from projects where slug = $1 or id::text = lower($1)', [
    slugOrId,
  ]);
  return project?.id;
}
