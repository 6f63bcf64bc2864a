import { z } from 'zod';
import type { App, Routes } from '../http/app-types.ts';
import { actorName } from '../members/actor.ts';
import { approveTask } from './approve.ts';
import { continueTask } from './continue.ts';
import type { TaskDesk } from './desk.ts';
import { readTask } from './read-task.ts';
import { readTaskFor } from './read-task-for.ts';
import { continueTask as continueBody, taskView } from './schema.ts';

const tags = ['tasks'];
const params = z.object({ id: z.uuid() });
const idempotencyHeader = z.object({ 'idempotency-key': z.string().min(1).max(200).optional() });

/** What a person decides about a task before it begins, and after it has ended. */
export const followUpRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    approveRoute(app, desk);
    continueRoute(app, desk);
  };

function approveRoute(app: App, desk: TaskDesk): void {
  app.post(
    '/tasks/:id/approve',
    {
      config: { permission: 'task.approve', errors: ['invalid_state'] },
      schema: {
        tags,
        operationId: 'approveTask',
        summary: 'Approve a task that waits for it',
        description: 'A repeat is harmless. To reject a task, cancel it.',
        params,
        response: { 200: taskView },
      },
    },
    async ({ actor, params: { id } }) =>
      approveTask(desk, await readTaskFor(desk.context.db, actor, id), actorName(actor)),
  );
}

function continueRoute(app: App, desk: TaskDesk): void {
  const { db } = desk.context;
  app.post(
    '/tasks/:id/continue',
    {
      config: {
        permission: 'task.submit',
        shed: 'submit',
        errors: ['invalid_state', 'input_too_large', 'queue_full', 'idempotency_key_reused'],
      },
      schema: {
        tags,
        operationId: 'continueTask',
        summary: 'Go on where a task has ended, with a new task',
        description:
          'On the same agent of the same runner, with its session where it can resume one, else with a summary. With a model server: the conversation so far and the new prompt.',
        params,
        headers: idempotencyHeader,
        body: continueBody,
        response: { 200: taskView, 201: taskView },
      },
    },
    async (request, reply) => {
      const task = await readTaskFor(db, request.actor, request.params.id);
      const idempotency_key = request.headers['idempotency-key'] ?? null;
      const by = { actor: actorName(request.actor), idempotency_key };
      const { ids, replayed } = await continueTask(desk, task, request.body, by);
      if (replayed) reply.header('Idempotency-Replayed', 'true');
      return reply.code(replayed ? 200 : 201).send(await readTask(db, ids[0]!));
    },
  );
}
