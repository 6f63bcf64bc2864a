import { z } from 'zod';
import type { Context } from '../context.ts';
import { AppError } from '../errors.ts';
import type { App } from '../http/app-types.ts';
import { type StreamMessage, streamEvents } from '../http/event-stream.ts';
import { type Actor, seesProject } from '../members/actor.ts';
import { EventTail } from './event-tail.ts';
import { followEvents } from './follow-events.ts';
import { toPlace } from './read-events.ts';
import { type EventView, eventQuery, lastEventId, TERMINAL_EVENTS } from './schema.ts';

const tags = ['events'];
const BEGINNING = { xid: '0', seq: '0' };

/** Routes of events: everything a credential may see, or what happens to one task, as server-sent events. */
export function eventRoutes(app: App, context: Context): void {
  const { db } = context;
  const tail = new EventTail(context);

  app.get(
    '/events',
    {
      config: { permission: 'event.read' },
      schema: {
        tags,
        operationId: 'followEvents',
        summary: 'Follow what happens',
        description:
          'Server-sent events, each an Event, from now on; with Last-Event-ID from there on, on any replica.',
        querystring: eventQuery,
        headers: lastEventId,
      },
    },
    async (request, reply) => {
      const { project, type } = request.query;
      const projectId = project ? await findProject(context, request.actor, project) : null;
      const after = readLastId(request.headers['last-event-id']);
      const sees = (event: EventView) =>
        maySee(request.actor, event) && (projectId === null || event.project_id === projectId);
      await streamEvents(request, reply, async function* (signal) {
        for await (const event of followEvents(db, tail, { after, taskId: null, ended: false, signal })) {
          if (sees(event) && isOfType(event, type)) yield toMessage(event);
        }
      });
    },
  );

  app.get(
    '/tasks/:id/events',
    {
      config: { permission: 'event.read' },
      schema: {
        tags,
        operationId: 'followTaskEvents',
        summary: 'Follow what happens to a task',
        description:
          'Server-sent events, each an Event, from its submit on, or after Last-Event-ID. Ends when the task has ended.',
        params: z.object({ id: z.uuid() }),
        headers: lastEventId,
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const { ended } = await requireTask(context, request.actor, id);
      const after = readLastId(request.headers['last-event-id']) ?? BEGINNING;
      await streamEvents(request, reply, async function* (signal) {
        for await (const event of followEvents(db, tail, { after, taskId: id, ended, signal })) {
          yield toMessage(event);
          if (TERMINAL_EVENTS.includes(event.type)) return;
        }
      });
    },
  );
}

const toMessage = (event: EventView): StreamMessage => ({ id: event.id, event: event.type, data: event });

/** What concerns all projects is for credentials for all projects. */
const maySee = (actor: Actor, { project_id }: EventView): boolean =>
  project_id === null ? actor.project_id === null : seesProject(actor, project_id);

const isOfType = (event: EventView, type: string | undefined): boolean =>
  type === undefined || event.type === type || (type.endsWith('.') && event.type.startsWith(type));

const readLastId = (id: string | undefined) => (id === undefined ? null : toPlace(id));

async function findProject({ db }: Context, actor: Actor, slugOrId: string): Promise<string> {
  const [project] = await db.query<{ id: string }>('select id from projects where slug = $1 or id::text = $1', [
    slugOrId,
  ]);
  if (project && seesProject(actor, project.id)) return project.id;
  throw new AppError('not_found', `There is no project "${slugOrId}" that your credential can see.`);
}

async function requireTask({ db }: Context, actor: Actor, id: string): Promise<{ ended: boolean }> {
  const [task] = await db.query<{ project_id: string; ended: boolean }>(
    'select project_id, exists (select from outcomes where task_id = id) as ended from tasks where id = $1',
    [id],
  );
  if (task && seesProject(actor, task.project_id)) return task;
  throw new AppError('not_found', `There is no task ${id}.`);
}
