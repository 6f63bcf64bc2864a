import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { resolveProject } from '../projects/resolve.ts';
import { createEnrolment } from './create-enrolment.ts';
import { enrolRunner } from './enrol.ts';
import { listRunners } from './list.ts';
import { removeRunner } from './remove.ts';
import { forgetHolders } from './require-holder.ts';
import {
  createEnrolment as createEnrolmentBody,
  enrolRunner as enrolBody,
  enrolmentView,
  runnerCredential,
  runnerView,
} from './schema.ts';
import { sessionRoutes } from './session-routes.ts';

const tags = ['runners'];

/** Routes of runners: enrol, hold a session, list, remove. Polling is with the tasks. */
export function runnerRoutes(app: App, context: Context): void {
  context.subscribe('runners', forgetHolders);
  enrolmentRoutes(app, context);
  sessionRoutes(app, context);
  listRoute(app, context);
  removeRoute(app, context);
}

function enrolmentRoutes(app: App, { db, notify }: Context): void {
  app.post(
    '/runners/enrolments',
    {
      config: { permission: 'runner.manage', errors: ['not_found'] },
      schema: {
        operationId: 'createEnrolment',
        summary: 'Create a token with which one machine may become a runner',
        tags,
        body: createEnrolmentBody,
        response: { 201: enrolmentView.describe('The token, which is shown this once') },
      },
    },
    async ({ actor, body: { project, ttl_ms } }, reply) => {
      const project_id = project === undefined ? actor.project_id : (await resolveProject(db, actor, project)).id;
      const enrolment = await createEnrolment(db, actor, { project_id, ttl_ms });
      notify('events');
      return reply.code(201).send(enrolment);
    },
  );

  app.post(
    '/runners/enrol',
    {
      config: { permission: 'public', errors: ['unauthenticated', 'enrolment_used'] },
      schema: {
        operationId: 'enrolRunner',
        summary: 'Become a runner with an enrolment token',
        tags,
        body: enrolBody,
        response: { 201: runnerCredential.describe('The credential of the new runner, which is shown this once') },
      },
    },
    async ({ body: { token, name } }, reply) => {
      const credential = await enrolRunner(db, token, name);
      notify('events');
      return reply.code(201).send(credential);
    },
  );
}

function listRoute(app: App, { db }: Context): void {
  app.get(
    '/runners',
    {
      config: { permission: 'runner.read', shed: 'list' },
      schema: {
        operationId: 'listRunners',
        summary: 'List runners, oldest first',
        tags,
        querystring: pageQuery,
        response: { 200: pageOf(runnerView).describe('A page of runners') },
      },
    },
    async ({ actor, query: { cursor, limit } }) => {
      const after = readCursor(cursor, z.uuid());
      return toPage(await listRunners(db, actor, { after, limit: limit + 1 }), limit, ({ id }) => id);
    },
  );
}

function removeRoute(app: App, { db, notify }: Context): void {
  app.delete(
    '/runners/:id',
    {
      config: { permission: 'runner.manage' },
      schema: {
        operationId: 'removeRunner',
        summary: 'Remove a runner: its credential, its session and its agents',
        tags,
        params: z.object({ id: z.uuid() }),
        response: { 204: z.undefined().describe('The runner is removed') },
      },
    },
    async ({ actor, params }, reply) => {
      await removeRunner(db, actor, params.id);
      forgetHolders();
      for (const topic of ['credentials', 'runners', 'agents', 'events']) notify(topic);
      return reply.code(204).send();
    },
  );
}
