import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from '../members/actor.ts';
import type { CreateProject, ProjectView } from './schema.ts';

const COLUMNS = 'id, number, slug, name, weight, max_unfinished_tasks, requires_approval, permission_rules, created_at';

// The unique slug decides between two who ask at once, on whichever replica.
const CREATE_SQL = `
  insert into projects (id, slug, name, weight, max_unfinished_tasks, requires_approval, permission_rules)
  values ($1, $2, $3, $4, $5, $6, $7)
  on conflict (slug) do nothing
  returning ${COLUMNS}`;

const SAME_SQL = `
  select ${COLUMNS} from projects where slug = $1 and name = $2 and weight = $3 and max_unfinished_tasks = $4
    and requires_approval = $5 and permission_rules = $6`;

type Created = { project: ProjectView; is_new: boolean };

/**
 * Makes a project; a repeat of the same request finds the one it made. `slug_taken` when a project with the slug is
 * different in anything.
 */
export function createProject(db: Db, actor: Actor, input: CreateProject): Promise<Created> {
  const { slug, name = slug, weight, max_unfinished_tasks, requires_approval, permission_rules } = input;
  const wanted = [slug, name, weight, max_unfinished_tasks, requires_approval, JSON.stringify(permission_rules)];
  return db.transaction(async (trx) => {
    const [project] = await trx.query<ProjectView>(CREATE_SQL, [uuid(), ...wanted]);
    if (!project) return { project: await requireSame(trx, slug, wanted), is_new: false };
    const data = { slug, name, weight, max_unfinished_tasks };
    const event = { type: 'project.created', project_id: project.id, task_id: null, actor: actorName(actor), data };
    await recordEvent(trx, event);
    return { project, is_new: true };
  });
}

async function requireSame(trx: Db, slug: string, wanted: unknown[]): Promise<ProjectView> {
  const [same] = await trx.query<ProjectView>(SAME_SQL, wanted);
  if (same) return same;
  throw new AppError('slug_taken', `There is another project "${slug}" already.`);
}
