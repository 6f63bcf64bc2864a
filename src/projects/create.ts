import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from '../members/actor.ts';
import type { CreateProject, ProjectView } from './schema.ts';

// The unique slug decides between two who ask at once, on whichever replica.
const CREATE_SQL = `
  insert into projects (id, slug, name, weight, max_unfinished_tasks) values ($1, $2, $3, $4, $5)
  on conflict (slug) do nothing
  returning id, number, slug, name, weight, max_unfinished_tasks, created_at`;

/** Makes a project. `slug_taken` when another one has the slug. */
export function createProject(db: Db, actor: Actor, input: CreateProject): Promise<ProjectView> {
  const { slug, name = slug, weight, max_unfinished_tasks } = input;
  return db.transaction(async (trx) => {
    const [project] = await trx.query<ProjectView>(CREATE_SQL, [uuid(), slug, name, weight, max_unfinished_tasks]);
    if (!project) throw new AppError('slug_taken', `There is a project "${slug}" already.`);
    await recordEvent(trx, {
      type: 'project.created',
      project_id: project.id,
      task_id: null,
      actor: actorName(actor),
      data: { slug, name, weight, max_unfinished_tasks },
    });
    return project;
  });
}
