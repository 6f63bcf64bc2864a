import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from '../members/actor.ts';
import type { ProjectView, UpdateProject } from './schema.ts';

const COLUMNS = 'id, number, slug, name, weight, max_unfinished_tasks, requires_approval, permission_rules, created_at';

const UPDATE_SQL = `
  update projects
  set name = coalesce($2, name), weight = coalesce($3, weight),
    max_unfinished_tasks = coalesce($4, max_unfinished_tasks), requires_approval = coalesce($5, requires_approval),
    permission_rules = coalesce($6::jsonb, permission_rules)
  where id = $1
  returning ${COLUMNS}`;

/** What gives a project more of the fleet: not for an admin of that project alone. */
const SHARED = ['weight', 'max_unfinished_tasks'] as const;

/**
 * Changes what is given of a project and records what it was before; a repeat changes nothing. Replicas heed it within a
 * second; a task that was submitted before keeps the rule of its time. Refuses: forbidden (weight and cap, by a
 * credential of one project), not_found.
 */
export function updateProject(db: Db, actor: Actor, id: string, wanted: UpdateProject): Promise<ProjectView> {
  refuseShared(actor, wanted);
  return db.transaction(async (trx) => {
    const [before] = await trx.query<ProjectView>(`select ${COLUMNS} from projects where id = $1 for update`, [id]);
    const { name, weight, max_unfinished_tasks, requires_approval, permission_rules } = wanted;
    const rules = permission_rules === undefined ? null : JSON.stringify(permission_rules);
    const values = [name, weight, max_unfinished_tasks, requires_approval].map((value) => value ?? null);
    const [after] = await trx.query<ProjectView>(UPDATE_SQL, [id, ...values, rules]);
    if (!before || !after) throw new AppError('not_found', `There is no project ${id}.`);
    const data = difference(before, after);
    const event = { type: 'project.updated', project_id: id, task_id: null, actor: actorName(actor), data };
    if (data) await recordEvent(trx, event);
    return after;
  });
}

function refuseShared({ project_id }: Actor, wanted: UpdateProject): void {
  const shared = SHARED.filter((field) => wanted[field] !== undefined);
  if (project_id === null || !shared.length) return;
  throw new AppError('forbidden', `${shared.join(' and ')} can be changed only with a key that is for all projects.`);
}

/** The fields that differ, as they were and as they are; null when none does. */
function difference(before: ProjectView, after: ProjectView): { before: object; after: object } | null {
  const changed = (Object.keys(after) as (keyof ProjectView)[]).filter(
    (field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]),
  );
  if (!changed.length) return null;
  const pick = (project: ProjectView) => Object.fromEntries(changed.map((field) => [field, project[field]]));
  return { before: pick(before), after: pick(after) };
}
