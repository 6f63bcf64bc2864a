import { z } from 'zod';
import type { Routes } from '../http/app-types.ts';
import { streamEvents } from '../http/event-stream.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { logView } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { followLog } from './follow-log.ts';
import { readLog } from './read-log.ts';
import { readTaskFor } from './read-task-for.ts';

const tags = ['tasks'];
const params = z.object({ id: z.uuid() });
// Beyond these PostgreSQL would refuse the numbers.
const place = z.object({ epoch: z.int32().min(0), seq: z.int32().min(-1) });
const START = { epoch: 0, seq: -1 };

const lastEventId = z.object({
  'last-event-id': z
    .string()
    .regex(/^\d{1,9}-\d{1,10}$/, 'expected the id of an earlier event')
    .refine((id) => place.safeParse(toPlace(id)).success, 'expected the id of an earlier event')
    .optional()
    .describe('go on after this event'),
});

/** The log of a task, in pages and as a stream. */
export const logRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    const { db } = desk.context;

    app.get(
      '/tasks/:id/log',
      {
        config: { permission: ['task.read', 'attempt.self'], shed: 'list' },
        schema: {
          tags,
          operationId: 'readLog',
          summary: 'Read the log of a task',
          description: 'All attempts one after the other.',
          params,
          querystring: pageQuery,
          response: { 200: pageOf(logView) },
        },
      },
      async ({ actor, params: { id }, query: { cursor, limit } }) => {
        await readTaskFor(db, actor, id);
        const lines = await readLog(db, id, readCursor(cursor, place) ?? START, limit + 1);
        return toPage(lines, limit, ({ epoch, seq }) => ({ epoch, seq }));
      },
    );

    app.get(
      '/tasks/:id/log/stream',
      {
        config: { permission: ['task.read', 'attempt.self'] },
        schema: {
          tags,
          operationId: 'followLog',
          summary: 'Follow the log of a task',
          description:
            'Server-sent events, each a LogEntry; resumable with Last-Event-ID. Ends when the task has ended.',
          params,
          headers: lastEventId,
          response: { 200: { description: 'the stream', content: { 'text/event-stream': { schema: logView } } } },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        await readTaskFor(db, request.actor, id);
        const after = toPlace(request.headers['last-event-id']);
        await streamEvents(request, reply, (signal) => followLog(desk, id, after, signal));
      },
    );
  };

function toPlace(id: string | undefined): { epoch: number; seq: number } {
  const [epoch, seq] = (id ?? '').split('-').map(Number);
  return epoch !== undefined && seq !== undefined ? { epoch, seq } : START;
}
