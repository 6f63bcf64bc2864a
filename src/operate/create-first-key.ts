import { AppError } from '../errors.ts';
import { findProjectId } from '../events/find-project.ts';
import { createKey } from '../members/create-key.ts';
import type { CreateKey, KeyView } from '../members/schema.ts';
import { withPool } from './with-pool.ts';

/**
 * Makes a key in the database itself, for a server that has none yet: who may write there needs no other credential. The
 * event of it names the actor `operator`. `not_found` when the project does not exist.
 */
export function createFirstKey(url: string, { project, ...input }: CreateKey): Promise<KeyView & { secret: string }> {
  return withPool(url, async (db) => {
    const project_id = project === undefined ? null : await findProjectId(db, project);
    if (project_id === undefined) throw new AppError('not_found', `There is no project "${project}".`);
    return createKey(db, 'operator', { ...input, project_id });
  });
}
