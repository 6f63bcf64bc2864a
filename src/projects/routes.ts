import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { createProject } from './create.ts';
import { listProjects } from './list.ts';
import { forgetProjects, resolveProject } from './resolve.ts';
import { createProject as createProjectBody, projectView, updateProject as updateProjectBody } from './schema.ts';
import { updateProject } from './update.ts';

const tags = ['projects'];
const params = z.object({ project: z.string().describe('slug or id') });
const LAST_NUMBER = z.number().int().min(0).max(2_147_483_647);

/** Routes of projects: create, list, get, change. */
export function projectRoutes(app: App, context: Context): void {
  createRoute(app, context);
  readRoutes(app, context);
  updateRoute(app, context);
}

function createRoute(app: App, { db, notify }: Context): void {
  app.post(
    '/projects',
    {
      config: { permission: 'project.create', errors: ['slug_taken'] },
      schema: {
        operationId: 'createProject',
        summary: 'Create a project',
        tags,
        body: createProjectBody,
        response: {
          200: projectView.describe('The project, which the same request made before'),
          201: projectView.describe('The new project'),
        },
      },
    },
    async (request, reply) => {
      const { project, is_new } = await createProject(db, request.actor, request.body);
      if (is_new) notify('events');
      return reply
        .code(is_new ? 201 : 200)
        .header('location', `/api/v1/projects/${project.slug}`)
        .send(project);
    },
  );
}

function readRoutes(app: App, { db }: Context): void {
  app.get(
    '/projects',
    {
      config: { permission: 'project.read', shed: 'list' },
      schema: {
        operationId: 'listProjects',
        summary: 'List projects, oldest first',
        tags,
        querystring: pageQuery,
        response: { 200: pageOf(projectView).describe('A page of projects') },
      },
    },
    async ({ actor, query }) => {
      const after = readCursor(query.cursor, LAST_NUMBER) ?? 0;
      return toPage(await listProjects(db, actor, after, query.limit + 1), query.limit, ({ number }) => number);
    },
  );

  app.get(
    '/projects/:project',
    {
      config: { permission: 'project.read' },
      schema: {
        operationId: 'getProject',
        summary: 'Get a project',
        tags,
        params,
        response: { 200: projectView.describe('The project') },
      },
    },
    ({ actor, params }) => resolveProject(db, actor, params.project),
  );
}

function updateRoute(app: App, { db, notify }: Context): void {
  app.patch(
    '/projects/:project',
    {
      config: { permission: 'project.manage' },
      schema: {
        operationId: 'updateProject',
        summary: 'Change a project',
        description:
          'What is not given stays. `weight` and `max_unfinished_tasks` take a key that is for all projects.',
        tags,
        params,
        body: updateProjectBody,
        response: { 200: projectView.describe('The project as it is now') },
      },
    },
    async ({ actor, params, body }) => {
      const { id } = await resolveProject(db, actor, params.project);
      const project = await updateProject(db, actor, id, body);
      forgetProjects(db);
      notify('events');
      return project;
    },
  );
}
