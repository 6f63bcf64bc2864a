import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { App, Routes } from '../http/app-types.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { resolveProject } from '../projects/resolve.ts';
import { cancelTask } from './cancel.ts';
import type { TaskDesk } from './desk.ts';
import { readRoutes } from './read-routes.ts';
import { readTask } from './read-task.ts';
import { readTaskFor } from './read-task-for.ts';
import { readTasks } from './read-tasks.ts';
import { retryTask } from './retry.ts';
import { type BatchTask, submitBatch, submitTask, taskView } from './schema.ts';
import { submitSubTasks } from './sub-task.ts';
import { type Submitted, submitTasks } from './submit.ts';

const tags = ['tasks'];
const params = z.object({ id: z.uuid() });
const idempotencyHeader = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('repeating the request with the same key does nothing twice'),
});

const SUBMIT_ERRORS = [
  'unsatisfiable',
  'queue_full',
  'input_too_large',
  'invalid_schema',
  'unknown_dependency',
  'dependency_cycle',
  'idempotency_key_reused',
] as const;

/** What people and programs do with tasks. */
export const taskRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    submitRoutes(app, desk);
    readRoutes(app, desk);
    changeRoutes(app, desk);
  };

function submitRoutes(app: App, desk: TaskDesk): void {
  const { db } = desk.context;
  const config = {
    permission: ['task.submit', 'attempt.self'],
    shed: 'submit',
    errors: [...SUBMIT_ERRORS, 'lease_lost', 'subtask_limit'],
  } as const;

  app.post(
    '/tasks',
    {
      config,
      schema: {
        tags,
        operationId: 'submitTask',
        summary: 'Submit a task',
        description:
          '201 means it is durable. The same Idempotency-Key with the same body answers 200 and the first task. With the token of an attempt it is a sub-task.',
        headers: idempotencyHeader,
        body: submitTask,
        response: { 200: taskView, 201: taskView },
      },
    },
    async (request, reply) => {
      const { ids, replayed } = await submit(desk, request, [request.body]);
      if (replayed) reply.header('Idempotency-Replayed', 'true');
      return reply.code(replayed ? 200 : 201).send((await desk.read(ids[0]!))!);
    },
  );

  app.post(
    '/tasks/batch',
    {
      config,
      schema: {
        tags,
        operationId: 'submitBatch',
        summary: 'Submit up to 1,000 tasks, all or none',
        description: 'The tasks may depend on one another by `ref`. All belong to one project.',
        headers: idempotencyHeader,
        body: submitBatch,
        response: { 200: z.object({ items: z.array(taskView) }), 201: z.object({ items: z.array(taskView) }) },
      },
    },
    async (request, reply) => {
      const { ids, replayed } = await submit(desk, request, request.body.tasks);
      if (replayed) reply.header('Idempotency-Replayed', 'true');
      const items = await readTasks(db, ids);
      return reply.code(replayed ? 200 : 201).send({ items });
    },
  );
}

type Submitting = { actor: Actor; headers: z.infer<typeof idempotencyHeader> };

async function submit(desk: TaskDesk, { actor, headers }: Submitting, tasks: BatchTask[]): Promise<Submitted> {
  const project = await resolveProject(desk.context.db, actor, projectOf(tasks));
  const submission = {
    project,
    tasks,
    idempotency_key: headers['idempotency-key'] ?? null,
    actor: actorName(actor),
  };
  return actor.kind === 'attempt' ? submitSubTasks(desk, actor, submission) : submitTasks(desk, submission);
}

/** What a batch says of its project, which must be the same wherever it is said. */
function projectOf(tasks: BatchTask[]): string | undefined {
  const named = new Set(tasks.map(({ project }) => project).filter((project) => project !== undefined));
  if (named.size <= 1) return [...named][0];
  const errors = [{ path: 'tasks', message: `expected one project, found ${[...named].join(', ')}` }];
  throw new AppError('invalid_request', 'The tasks of a batch belong to one project.', { errors });
}

function changeRoutes(app: App, desk: TaskDesk): void {
  const { db } = desk.context;

  app.post(
    '/tasks/:id/cancel',
    {
      config: { permission: ['task.cancel', 'attempt.self'], essential: true, errors: ['invalid_state'] },
      schema: {
        tags,
        operationId: 'cancelTask',
        summary: 'Cancel a task',
        description:
          'At once when nobody holds it; else its holder is told, and it is forced after CANCEL_GRACE_MS. Its unfinished sub-tasks go with it. With the token of an attempt: one of its sub-tasks.',
        params,
        response: { 200: taskView },
      },
    },
    async ({ actor, params: { id } }) => {
      if (actor.kind === 'attempt' && actor.task_id === id) {
        throw new AppError('forbidden', 'An attempt may cancel sub-tasks; its own task it ends by its report.');
      }
      return cancelTask(desk, await readTaskFor(db, actor, id), actorName(actor));
    },
  );

  app.post(
    '/tasks/:id/retry',
    {
      config: { permission: 'task.submit', shed: 'submit', errors: ['invalid_state', ...SUBMIT_ERRORS] },
      schema: {
        tags,
        operationId: 'retryTask',
        summary: 'Ask for the same work again, as a new task',
        params,
        headers: idempotencyHeader,
        response: { 200: taskView, 201: taskView },
      },
    },
    async (request, reply) => {
      const task = await readTaskFor(db, request.actor, request.params.id);
      const key = request.headers['idempotency-key'] ?? null;
      const { ids, replayed } = await retryTask(desk, task, actorName(request.actor), key);
      if (replayed) reply.header('Idempotency-Replayed', 'true');
      return reply.code(replayed ? 200 : 201).send(await readTask(db, ids[0]!));
    },
  );
}
