import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { goneSignal } from '../http/gone-signal.ts';
import { requireAttempt } from '../members/actor.ts';
import { askQuestion } from './ask.ts';
import { askQuestion as askBody, questionView, waitQuery } from './schema.ts';
import { waitForAnswer } from './wait.ts';

const tags = ['questions'];

/** How a running attempt asks, with its own token, and gets its answer. */
export function questionSelfRoutes(app: App, context: Context): void {
  app.post(
    '/attempt/questions',
    {
      config: { permission: 'attempt.self', essential: true, errors: ['lease_lost', 'questions_full'] },
      schema: {
        tags,
        operationId: 'askQuestion',
        summary: 'Ask a person, as a running attempt',
        description:
          'With the token of an attempt. Asked again with the same key, also by a later attempt of the task, it is the same question: 200, perhaps answered already.',
        body: askBody,
        response: { 200: questionView, 201: questionView },
      },
    },
    async ({ actor, body }, reply) => {
      const { question, is_new } = await askQuestion(context.db, requireAttempt(actor), body);
      context.notify('events');
      return reply.code(is_new ? 201 : 200).send(question);
    },
  );

  app.get(
    '/attempt/questions/:id',
    {
      config: { permission: 'attempt.self', essential: true, errors: ['lease_lost'] },
      schema: {
        tags,
        operationId: 'waitForAnswer',
        summary: 'Wait for the answer to a question, as a running attempt',
        description: 'Answers as soon as the question is no longer pending, or with the pending one after `wait_ms`.',
        params: z.object({ id: z.uuid() }),
        querystring: waitQuery,
        response: { 200: questionView },
      },
    },
    (request, reply) =>
      waitForAnswer(context, requireAttempt(request.actor), request.params.id, {
        waitMs: request.query.wait_ms,
        signal: goneSignal(request, reply),
      }),
  );
}
