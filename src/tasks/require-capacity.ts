import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';

/** Counting stops one past the cap, so that it costs the same however many are queued. */
const COUNT_SQL = `
  select count(*)::int as unfinished
  from (select from live_tasks where project_id = $1 limit $2) unfinished`;

/**
 * An estimate is good enough for a second, while it is below half of the cap and this replica has not added a tenth of
 * the cap to it: so five replicas that know nothing of each other stay below the cap. Above, every submit counts.
 */
const NEAR = 0.5;
const STEP = 0.1;
const TRUST_MS = 1000;

/**
 * Refuses with queue_full when the project has as many unfinished tasks as it may. Submits that are under way at the
 * same moment near the cap may pass it together.
 */
export async function requireCapacity(
  desk: TaskDesk,
  project: { id: string; max_unfinished_tasks: number },
  added: number,
): Promise<void> {
  const cap = project.max_unfinished_tasks;
  const known = desk.unfinished.get(project.id);
  const trusted = known && isTrusted(known, added, cap) ? known : undefined;
  const counted = trusted?.counted ?? (await countUnfinished(desk, project.id, cap));
  const count = counted + (trusted?.added ?? 0);
  if (count + added > cap) {
    throw new AppError('queue_full', `The project has ${count} unfinished tasks and may have ${cap}.`, {
      retryAfter: 5,
    });
  }
  const until = trusted?.until ?? performance.now() + TRUST_MS;
  desk.unfinished.set(project.id, { counted, added: count - counted + added, until });
}

/** Unfinished tasks of a project as they were counted, and those that this replica has added since. */
export type Estimate = { counted: number; added: number; until: number };

const isTrusted = (known: Estimate, added: number, cap: number): boolean =>
  known.until > performance.now() && known.counted <= cap * NEAR && known.added + added <= cap * STEP;

async function countUnfinished(desk: TaskDesk, projectId: string, cap: number): Promise<number> {
  const [row] = await desk.context.db.query<{ unfinished: number }>(COUNT_SQL, [projectId, cap + 1], {
    name: 'tasks-unfinished',
  });
  return row!.unfinished;
}
