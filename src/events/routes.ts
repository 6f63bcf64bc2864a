import { z } from 'zod';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import type { App } from '../http/app-types.ts';
import { type StreamMessage, streamEvents } from '../http/event-stream.ts';
import { type Actor, seesProject } from '../members/actor.ts';
import { BEGINNING, type EventPlace, isAfter, toPlace } from './event-place.ts';
import { EventTail } from './event-tail.ts';
import { findProjectId } from './find-project.ts';
import { type FollowedTask, findTask } from './find-task.ts';
import { followEvents } from './follow-events.ts';
import { requireSameHistory } from './history.ts';
import { type EventView, eventQuery, eventView, lastEventId, TERMINAL_EVENTS } from './schema.ts';

const tags = ['events'];
const config = { permission: 'event.read', errors: ['events_restarted'] } as const;
const stream = {
  description: 'Server-sent events; `data` of each is an Event',
  content: { 'text/event-stream': { schema: eventView } },
};

/** Routes of events: everything a credential may see, or what happens to one task, as server-sent events. */
export function eventRoutes(app: App, context: Context): void {
  const tail = new EventTail(context);
  app.addHook('onClose', async () => tail.close());
  followRoute(app, context, tail);
  followTaskRoute(app, context, tail);
}

function followRoute(app: App, { db }: Context, tail: EventTail): void {
  app.get(
    '/events',
    {
      config,
      schema: {
        tags,
        operationId: 'followEvents',
        summary: 'Follow what happens',
        description:
          'Server-sent events, each an Event, from now on; with Last-Event-ID from there on, on any replica.',
        querystring: eventQuery,
        headers: lastEventId,
        response: { 200: stream },
      },
    },
    async (request, reply) => {
      const { project, type } = request.query;
      const projectId = project === undefined ? null : await requireProject(db, request.actor, project);
      const after = await readLastId(db, request.headers['last-event-id']);
      const isWanted = (event: EventView) =>
        maySee(request.actor, event) && (projectId === null || event.project_id === projectId) && isOfType(event, type);
      await streamEvents(request, reply, async function* (signal) {
        for await (const event of followEvents(db, tail, { after, taskId: null, ended: false, signal })) {
          if (isWanted(event)) yield toMessage(event);
        }
      });
    },
  );
}

function followTaskRoute(app: App, { db }: Context, tail: EventTail): void {
  app.get(
    '/tasks/:id/events',
    {
      config: { ...config, permission: ['event.read', 'attempt.self'] },
      schema: {
        tags,
        operationId: 'followTaskEvents',
        summary: 'Follow what happens to a task',
        description:
          'Server-sent events, each an Event, from its submit on, or after Last-Event-ID. Ends when the task has ended.',
        params: z.object({ id: z.uuid() }),
        headers: lastEventId,
        response: {
          200: stream,
          204: z.undefined().describe('Last-Event-ID is the last event of the task: do not come back'),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { end, dropped } = await requireTask(db, request.actor, id);
      const after = (await readLastId(db, request.headers['last-event-id'])) ?? BEGINNING;
      // A browser comes back by itself after every end, but for this answer.
      if (end && !isAfter(end, after)) return reply.code(204).send();
      return streamEvents(request, reply, async function* (signal) {
        for await (const event of followEvents(db, tail, { after, taskId: id, ended: dropped, signal })) {
          yield toMessage(event);
          if (TERMINAL_EVENTS.includes(event.type)) return;
        }
      });
    },
  );
}

const toMessage = (event: EventView): StreamMessage => ({ id: event.id, event: event.type, data: event });

async function requireProject(db: Context['db'], actor: Actor, slugOrId: string): Promise<string> {
  const id = await findProjectId(db, slugOrId);
  if (id && seesProject(actor, id)) return id;
  throw new AppError('not_found', `There is no project "${slugOrId}" that your credential can see.`);
}

async function requireTask(db: Context['db'], actor: Actor, id: string): Promise<FollowedTask> {
  const task = await findTask(db, id);
  const isOwn = actor.kind !== 'attempt' || actor.task_id === id || actor.task_id === task?.parent_id;
  if (task && isOwn && seesProject(actor, task.project_id)) return task;
  throw new AppError('not_found', `There is no task ${id}.`);
}

/** What concerns all projects is for credentials for all projects. */
const maySee = (actor: Actor, { project_id }: EventView): boolean =>
  project_id === null ? actor.project_id === null : seesProject(actor, project_id);

const isOfType = (event: EventView, type: string | undefined): boolean =>
  type === undefined || event.type === type || (type.endsWith('.') && event.type.startsWith(type));

async function readLastId(db: Context['db'], id: string | undefined): Promise<EventPlace | null> {
  if (id === undefined) return null;
  await requireSameHistory(db, id);
  return toPlace(id);
}
