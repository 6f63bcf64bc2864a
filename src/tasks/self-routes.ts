import { z } from 'zod';
import type { App, Routes } from '../http/app-types.ts';
import { goneSignal } from '../http/gone-signal.ts';
import { requireAttempt } from '../members/actor.ts';
import * as shapes from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { readOwnAttempt } from './read-own-attempt.ts';
import { reportProgress } from './report-progress.ts';
import { takeMessages } from './take-messages.ts';

const tags = ['attempts'];

const messageQuery = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).default(0).describe('seq of the last one that you have'),
  wait_ms: z.coerce.number().int().min(0).max(60_000).default(0),
});

/** What a running attempt says of itself and is told, with its own token. */
export const selfRoutes =
  (desk: TaskDesk): Routes =>
  (app) => {
    standingRoute(app, desk);
    progressRoute(app, desk);
    messagesRoute(app, desk);
  };

function standingRoute(app: App, { context }: TaskDesk): void {
  app.get(
    '/attempt',
    {
      config: { permission: 'attempt.self', essential: true, errors: ['lease_lost'] },
      schema: {
        tags,
        operationId: 'showOwnAttempt',
        summary: 'Show how an attempt stands, as a running attempt',
        response: { 200: shapes.ownAttempt },
      },
    },
    ({ actor }) => readOwnAttempt(context.control, requireAttempt(actor)),
  );
}

function progressRoute(app: App, { context, announce }: TaskDesk): void {
  app.post(
    '/attempt/progress',
    {
      config: { permission: 'attempt.self', shed: 'log', errors: ['lease_lost'] },
      schema: {
        tags,
        operationId: 'reportProgress',
        summary: 'Say how far an attempt is, as a running attempt',
        description: 'Told in at most one event a second; the task always has the last one.',
        body: shapes.reportProgress,
        response: { 204: z.null().describe('noted') },
      },
    },
    async ({ actor, body }, reply) => {
      await reportProgress(context.db, requireAttempt(actor), body);
      announce();
      return reply.code(204).send(null);
    },
  );
}

function messagesRoute(app: App, { context }: TaskDesk): void {
  app.get(
    '/attempt/messages',
    {
      config: { permission: 'attempt.self', essential: true, errors: ['lease_lost'] },
      schema: {
        tags,
        operationId: 'takeMessages',
        summary: 'Take what people say to the task, as a running attempt',
        description:
          'Answers as soon as there is a message after `after`, or with none after `wait_ms`; at most 20 at a time. What is given counts as taken.',
        querystring: messageQuery,
        response: { 200: z.object({ items: z.array(shapes.messageView) }) },
      },
    },
    async (request, reply) => {
      const { after, wait_ms: waitMs } = request.query;
      const patience = { after, waitMs, signal: goneSignal(request, reply) };
      return { items: await takeMessages(context, requireAttempt(request.actor), patience) };
    },
  );
}
