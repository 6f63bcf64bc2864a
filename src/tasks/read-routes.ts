import { z } from 'zod';
import { AppError } from '../errors.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf } from '../lib/schema.ts';
import type { Actor } from '../members/actor.ts';
import { resolveProject } from '../projects/resolve.ts';
import { attemptView, dependencyResult } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { listAttempts, listDependencyResults } from './list-attempts.ts';
import { listTasks } from './list-tasks.ts';
import { readTaskFor } from './read-task-for.ts';
import { taskListQuery, taskSummary, taskView, whyView } from './schema.ts';
import { explainTask } from './why.ts';

const tags = ['tasks'];
const params = z.object({ id: z.uuid() });

/** How tasks are seen: listed, read, explained, with their attempts and what they depend on. */
export function readRoutes(app: App, desk: TaskDesk): void {
  listRoute(app, desk);
  oneRoutes(app, desk);
  historyRoutes(app, desk);
}

function listRoute(app: App, { context: { db } }: TaskDesk): void {
  app.get(
    '/tasks',
    {
      config: { permission: ['task.read', 'attempt.self'], shed: 'list' },
      schema: {
        tags,
        operationId: 'listTasks',
        summary: 'List tasks, newest first',
        description: 'With the token of an attempt: its own sub-tasks.',
        querystring: taskListQuery,
        response: { 200: pageOf(taskSummary) },
      },
    },
    async ({ actor, query: { project, cursor, limit, ...filter } }) => {
      const project_id = project ? (await resolveProject(db, actor, project)).id : actor.project_id;
      const before_id = readCursor(cursor, z.uuid());
      const parent = parentFor(actor, filter.parent);
      const wanted = { ...filter, parent, project_id, before_id, limit: limit + 1 };
      return toPage(await listTasks(db, wanted), limit, ({ id }) => id);
    },
  );
}

function oneRoutes(app: App, { context: { db } }: TaskDesk): void {
  app.get(
    '/tasks/:id',
    {
      config: { permission: ['task.read', 'attempt.self'] },
      schema: { tags, operationId: 'getTask', summary: 'Show a task', params, response: { 200: taskView } },
    },
    ({ actor, params: { id } }) => readTaskFor(db, actor, id),
  );

  app.get(
    '/tasks/:id/why',
    {
      config: { permission: ['task.read', 'attempt.self'] },
      schema: {
        tags,
        operationId: 'whyTask',
        summary: 'Why a task waits',
        description: 'Every agent of the project with its verdict, the place in the queue, and what would unblock it.',
        params,
        response: { 200: whyView },
      },
    },
    async ({ actor, params: { id } }) => explainTask(db, await readTaskFor(db, actor, id)),
  );
}

function historyRoutes(app: App, { context: { db } }: TaskDesk): void {
  app.get(
    '/tasks/:id/attempts',
    {
      config: { permission: ['task.read', 'attempt.self'] },
      schema: {
        tags,
        operationId: 'listAttempts',
        summary: 'List the attempts of a task',
        params,
        response: { 200: z.object({ items: z.array(attemptView) }) },
      },
    },
    async ({ actor, params: { id } }) => ({ items: await listAttempts(db, (await readTaskFor(db, actor, id)).id) }),
  );

  app.get(
    '/tasks/:id/dependencies',
    {
      config: { permission: ['task.read', 'attempt.self'] },
      schema: {
        tags,
        operationId: 'listDependencies',
        summary: 'Results of the tasks that a task depends on',
        params,
        response: { 200: z.object({ items: z.array(dependencyResult) }) },
      },
    },
    async ({ actor, params: { id } }) => ({
      items: await listDependencyResults(db, (await readTaskFor(db, actor, id)).id),
    }),
  );
}

/** The parent whose sub-tasks the actor lists: an attempt those of its own task, without having to name it. */
function parentFor(actor: Actor, wanted: string | undefined): string | undefined {
  if (actor.kind !== 'attempt') return wanted;
  if (wanted === undefined || wanted === actor.task_id) return actor.task_id;
  throw new AppError('forbidden', 'An attempt lists the sub-tasks of its own task only.');
}
