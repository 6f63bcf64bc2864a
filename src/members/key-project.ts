import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { findProjectId } from '../events/find-project.ts';
import { type Actor, ownsProject } from './actor.ts';

/**
 * The project a new key is for: the named one (slug or id), else the one the actor is bound to, else null, which is all.
 * `not_found` when it does not exist or the actor is bound to another.
 */
export async function keyProject(db: Db, actor: Actor, slugOrId: string | undefined): Promise<string | null> {
  if (slugOrId === undefined) return actor.project_id;
  const id = await findProjectId(db, slugOrId);
  if (id && ownsProject(actor, id)) return id;
  throw new AppError('not_found', `There is no project "${slugOrId}" that your credential can manage.`);
}
