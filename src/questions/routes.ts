import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf } from '../lib/schema.ts';
import { actorName } from '../members/actor.ts';
import { resolveProject } from '../projects/resolve.ts';
import { answerQuestion } from './answer.ts';
import { dismissQuestion } from './dismiss.ts';
import { listQuestions } from './list.ts';
import { readQuestion } from './read.ts';
import { answerQuestion as answerBody, questionListQuery, questionView } from './schema.ts';

const tags = ['questions'];
const params = z.object({ id: z.uuid() });

/** What people do with the questions of running work. */
export function questionRoutes(app: App, context: Context): void {
  readRoutes(app, context);
  closeRoutes(app, context);
}

function readRoutes(app: App, { db }: Context): void {
  app.get(
    '/questions',
    {
      config: { permission: 'question.read', shed: 'list' },
      schema: {
        tags,
        operationId: 'listQuestions',
        summary: 'List questions: the pending ones oldest first, others newest first',
        querystring: questionListQuery,
        response: { 200: pageOf(questionView) },
      },
    },
    async ({ actor, query: { project, task, state, cursor, limit } }) => {
      const project_id = project ? (await resolveProject(db, actor, project)).id : actor.project_id;
      const after_id = readCursor(cursor, z.uuid());
      const filter = { project_id, task_id: task ?? null, state, after_id, limit: limit + 1 };
      return toPage(await listQuestions(db, filter), limit, ({ id }) => id);
    },
  );

  app.get(
    '/questions/:id',
    {
      config: { permission: 'question.read' },
      schema: { tags, operationId: 'getQuestion', summary: 'Show a question', params, response: { 200: questionView } },
    },
    ({ actor, params: { id } }) => readQuestion(db, id, actor.project_id),
  );
}

function closeRoutes(app: App, { db, notify }: Context): void {
  // Also while the replica drains: running work waits for it.
  const config = { permission: 'question.answer', essential: true, errors: ['invalid_state'] } as const;
  const announce = () => {
    notify('questions');
    notify('events');
  };

  app.post(
    '/questions/:id/answer',
    {
      config,
      schema: {
        tags,
        operationId: 'answerQuestion',
        summary: 'Answer a question',
        description: 'Also while no attempt waits for it: the next one finds the answer. A repeat is harmless.',
        params,
        body: answerBody,
        response: { 200: questionView },
      },
    },
    async ({ actor, params: { id }, body }) => {
      const asked = await readQuestion(db, id, actor.project_id);
      const answered = await answerQuestion(db, asked, body, actorName(actor));
      announce();
      return answered;
    },
  );

  app.post(
    '/questions/:id/dismiss',
    {
      config,
      schema: {
        tags,
        operationId: 'dismissQuestion',
        summary: 'Dismiss a question: there will be no answer',
        params,
        response: { 200: questionView },
      },
    },
    async ({ actor, params: { id } }) => {
      const asked = await readQuestion(db, id, actor.project_id);
      const dismissed = await dismissQuestion(db, asked, actorName(actor));
      announce();
      return dismissed;
    },
  );
}
