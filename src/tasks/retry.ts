import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import type { TaskDesk } from './desk.ts';
import { type SubmitTask, type TaskView, taskCan } from './schema.ts';
import { type Submitted, submitTasks } from './submit.ts';
import { taskProject } from './task-project.ts';
import { termsOf } from './terms-of.ts';

/**
 * Asks for the same work again: a new task with `retried_from`; what is terminal stays terminal. Deadlines that have
 * passed are left out, since nothing could meet them. Refuses: invalid_state when the task has not ended or succeeded,
 * and whatever a submit refuses.
 */
export async function retryTask(
  desk: TaskDesk,
  task: TaskView,
  actor: string,
  idempotencyKey: string | null,
): Promise<Submitted> {
  if (!taskCan('retry', task.state)) {
    throw new AppError(
      'invalid_state',
      `Only a task that failed, was cancelled or expired can be retried; this one is ${task.state}.`,
    );
  }
  const project = await taskProject(desk.context.db, task.project_id);
  const again = toSubmission(task, await deadlinesAhead(desk.context.db, task));
  return submitTasks(desk, {
    project,
    tasks: [again],
    idempotency_key: idempotencyKey,
    actor,
    retried_from: task.id,
  });
}

type Deadlines = Pick<SubmitTask, 'deadline_at' | 'queue_deadline_at'>;

async function deadlinesAhead(db: Db, task: TaskView): Promise<Deadlines> {
  const [ahead] = await db.query<{ deadline: boolean; queue: boolean }>(
    'select coalesce($1::timestamptz > now(), false) as deadline, coalesce($2::timestamptz > now(), false) as queue',
    [task.deadline_at, task.queue_deadline_at],
  );
  return {
    ...(ahead!.deadline && { deadline_at: task.deadline_at! }),
    ...(ahead!.queue && { queue_deadline_at: task.queue_deadline_at! }),
  };
}

function toSubmission(task: TaskView, deadlines: Deadlines): SubmitTask {
  const { title, needs } = task;
  return {
    ...termsOf(task),
    title,
    needs,
    depends_on: task.depends_on.map(({ task: id, policy, name }) => ({
      task: id,
      policy: policy as 'fail' | 'skip' | 'run',
      name,
    })),
    allow_unsatisfiable: true,
    ...(task.prompt !== null && { prompt: task.prompt }),
    ...(task.call !== null && { call: task.call }),
    ...(task.continues !== null && { continues: task.continues }),
    ...(task.input !== null && { input: task.input }),
    ...deadlines,
  };
}
