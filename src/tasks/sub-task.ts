import { AppError } from '../errors.ts';
import type { AttemptRef } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { readTask } from './read-task.ts';
import type { BatchTask, TaskView } from './schema.ts';
import { type Submission, type Submitted, submitTasks } from './submit.ts';

const MOST_DEPTH = 3;

/**
 * A task as the attempt of `parent` may submit it: no more urgent, no later and with no more tries than the parent, and
 * approved by somebody if that had to be. Refuses: subtask_limit below the third level.
 */
function subTask(parent: TaskView, task: BatchTask): BatchTask {
  if (parent.depth >= MOST_DEPTH) {
    throw new AppError(
      'subtask_limit',
      `The task is on level ${parent.depth} already; level ${MOST_DEPTH} is the last.`,
    );
  }
  const { attempt_timeout_ms: limit_ms } = parent;
  const attempt_timeout_ms = least(task.attempt_timeout_ms, limit_ms);
  const deadline_at = earliest(task.deadline_at, parent.deadline_at);
  return {
    ...task,
    priority: Math.min(task.priority, parent.priority),
    max_attempts: Math.min(task.max_attempts ?? parent.max_attempts, parent.max_attempts),
    requires_approval: task.requires_approval || parent.requires_approval,
    ...(attempt_timeout_ms !== undefined && { attempt_timeout_ms }),
    ...(deadline_at !== undefined && { deadline_at }),
  };
}

const least = (wanted: number | undefined, limit: number | null): number | undefined =>
  limit === null ? wanted : Math.min(wanted ?? limit, limit);

const earliest = (wanted: string | undefined, limit: string | null): string | undefined =>
  limit === null || (wanted !== undefined && Date.parse(wanted) < Date.parse(limit)) ? wanted : limit;

/**
 * Submits for a running attempt. Its idempotency keys are those of its task, so that the next attempt finds what this one
 * has submitted. Refuses what a submit refuses, and lease_lost, subtask_limit.
 */
export async function submitSubTasks(
  desk: TaskDesk,
  attempt: AttemptRef,
  { tasks, idempotency_key, ...submission }: Omit<Submission, 'parent'>,
): Promise<Submitted> {
  const { task_id, epoch } = attempt;
  const parent = await readTask(desk.context.db, task_id);
  return submitTasks(desk, {
    ...submission,
    tasks: tasks.map((task) => subTask(parent, task)),
    idempotency_key: idempotency_key && `${task_id}/${idempotency_key}`,
    parent: { task_id, epoch, depth: parent.depth },
  });
}
