import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';

/** Counting stops one past the cap, so that it costs the same however many are queued. */
const COUNT_SQL = `
  select count(*)::int as unfinished
  from (select from live_tasks where project_id = $1 limit $2) unfinished`;

/** Below this share of the cap an estimate up to a second old is good enough; above it every submit counts. */
const NEAR = 0.8;
const TRUST_MS = 1000;

/**
 * Refuses with queue_full when the project has as many unfinished tasks as it may. Replicas that submit at the same
 * moment near the cap may pass it by as many tasks as they have submits under way.
 */
export async function requireCapacity(
  desk: TaskDesk,
  project: { id: string; max_unfinished_tasks: number },
  added: number,
): Promise<void> {
  const cap = project.max_unfinished_tasks;
  const known = desk.unfinished.get(project.id);
  const fresh = known && known.until > performance.now() && known.count + added <= cap * NEAR;
  const count = fresh ? known.count : await countUnfinished(desk, project.id, cap);
  if (count + added > cap) {
    throw new AppError('queue_full', `The project has ${count} unfinished tasks and may have ${cap}.`, {
      retryAfter: 5,
    });
  }
  desk.unfinished.set(project.id, { count: count + added, until: fresh ? known.until : performance.now() + TRUST_MS });
}

async function countUnfinished(desk: TaskDesk, projectId: string, cap: number): Promise<number> {
  const [row] = await desk.context.db.query<{ unfinished: number }>(COUNT_SQL, [projectId, cap + 1], {
    name: 'tasks-unfinished',
  });
  return row!.unfinished;
}
