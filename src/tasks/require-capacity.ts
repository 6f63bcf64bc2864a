import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';

/** Counting stops past the cap, so that it costs the same however many are queued; those of others are not looked at. */
const COUNT_SQL = `
  select (select count(*) from (select from live_tasks where project_id = $1 and ready limit $2) r)::int
    + (select count(*) from (select from live_tasks where project_id = $1 and not ready limit $2) n)::int as unfinished`;

/**
 * An estimate is good enough for a second, while it is below half of the cap and this replica has not added a tenth of
 * the cap to it: so five replicas that know nothing of each other stay below the cap. Above, every submit counts.
 */
const NEAR = 0.5;
const STEP = 0.1;
const TRUST_MS = 1000;

/** Unfinished tasks of a project as they were counted, and those that this replica has let in since. */
export type Estimate = { counted: Promise<number>; added: number; until: number };

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
  const count = (await estimate(desk, project.id, cap, added)) ?? (await countUnfinished(desk, project.id, cap));
  if (count + added > cap) {
    throw new AppError('queue_full', `The project has ${count} unfinished tasks and may have ${cap}.`, {
      retryAfter: 5,
    });
  }
}

/** Callers at once share a count, and what each of them adds is known to the next; null when they must count themselves. */
async function estimate(desk: TaskDesk, projectId: string, cap: number, added: number): Promise<number | null> {
  const known = desk.unfinished.get(projectId);
  const isFresh = known && known.until > performance.now() && known.added + added <= cap * STEP;
  const current = isFresh ? known : countAnew(desk, projectId, cap);
  const before = current.added;
  current.added += added;
  const counted = await current.counted;
  return counted + added <= cap * NEAR ? counted + before : null;
}

function countAnew(desk: TaskDesk, projectId: string, cap: number): Estimate {
  const counted = countUnfinished(desk, projectId, cap);
  const current = { counted, added: 0, until: performance.now() + TRUST_MS };
  desk.unfinished.set(projectId, current);
  // A failed count must not be remembered as the answer.
  counted.catch(() => desk.unfinished.delete(projectId));
  return current;
}

async function countUnfinished(desk: TaskDesk, projectId: string, cap: number): Promise<number> {
  const [row] = await desk.context.db.query<{ unfinished: number }>(COUNT_SQL, [projectId, cap + 1], {
    name: 'tasks-unfinished',
  });
  return row!.unfinished;
}
