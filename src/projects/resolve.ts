import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { Recent } from '../lib/recent.ts';
import { type Actor, seesProject } from '../members/actor.ts';
import type { ProjectView } from './schema.ts';

const DEFAULT_SLUG = 'default';
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The project that a request means: by slug or id; when it names none, the project its credential is bound to, else
 * `default`. `not_found` when there is none, or the credential belongs to another.
 */
export async function resolveProject(db: Db, actor: Actor, slugOrId: string | undefined): Promise<ProjectView> {
  const wanted = slugOrId ?? actor.project_id ?? DEFAULT_SLUG;
  const project = await findProject(db, wanted);
  if (project && seesProject(actor, project.id)) return project;
  throw new AppError('not_found', `There is no project "${wanted}" that your credential can see.`);
}

// Every submit asks; projects change by hand and hardly ever. One second, so that a new cap or weight is soon heeded.
const recent = new WeakMap<Db, Recent<ProjectView>>();

/** Makes this replica look for the next project that it is asked for: one has changed. */
export const forgetProjects = (db: Db): void => void recent.delete(db);

async function findProject(db: Db, wanted: string): Promise<ProjectView | undefined> {
  const known = recent.get(db) ?? new Recent<ProjectView>(1000, 1000);
  recent.set(db, known);
  const cached = known.get(wanted);
  if (cached) return cached;
  const [project] = UUID.test(wanted) ? await findById(db, wanted) : await findBySlug(db, wanted);
  if (project) known.set(wanted, project);
  return project;
}

const SELECT =
  'select id, number, slug, name, weight, max_unfinished_tasks, requires_approval, permission_rules, created_at from projects';

const findById = (db: Db, id: string) =>
  db.query<ProjectView>(`${SELECT} where id = $1`, [id], { name: 'projects-by-id' });

const findBySlug = (db: Db, slug: string) =>
  db.query<ProjectView>(`${SELECT} where slug = $1`, [slug], { name: 'projects-by-slug' });
