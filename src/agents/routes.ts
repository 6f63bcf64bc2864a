import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App } from '../http/app-types.ts';
import { readCursor, toPage } from '../http/page.ts';
import { pageOf, pageQuery } from '../lib/schema.ts';
import { resolveProject } from '../projects/resolve.ts';
import { findAgent } from './find.ts';
import { listAgents } from './list.ts';
import { removeAgent } from './remove.ts';
import { agentView } from './schema.ts';
import { drainAgent, resumeAgent } from './set-draining.ts';
import { unparkAgent } from './unpark.ts';

const tags = ['agents'];
const params = z.object({ agent: z.string().max(100).describe('id, or the name when only one agent has it') });
const manage = { permission: 'agent.manage' } as const;

/** Routes of agents of every kind: list, get, drain, resume, unpark, remove. Of model servers: push-routes.ts. */
export function agentRoutes(app: App, context: Context): void {
  listRoute(app, context);
  getRoute(app, context);
  moveRoutes(app, context);
  removeRoute(app, context);
}

function listRoute(app: App, { db }: Context): void {
  app.get(
    '/agents',
    {
      config: { permission: 'agent.read', shed: 'list' },
      schema: {
        operationId: 'listAgents',
        summary: 'List agents, oldest first',
        tags,
        querystring: pageQuery.extend({
          project: z.string().max(100).optional().describe('slug or id: only agents that may serve it'),
        }),
        response: { 200: pageOf(agentView).describe('A page of agents') },
      },
    },
    async ({ actor, query: { project, cursor, limit } }) => {
      const projectId = project === undefined ? actor.project_id : (await resolveProject(db, actor, project)).id;
      const after = readCursor(cursor, z.uuid());
      return toPage(await listAgents(db, projectId, { after, limit: limit + 1 }), limit, ({ id }) => id);
    },
  );
}

function getRoute(app: App, { db }: Context): void {
  app.get(
    '/agents/:agent',
    {
      config: { permission: 'agent.read' },
      schema: {
        operationId: 'getAgent',
        summary: 'Get an agent',
        tags,
        params,
        response: { 200: agentView.describe('The agent') },
      },
    },
    ({ actor, params }) => findAgent(db, actor, params.agent),
  );
}

function moveRoutes(app: App, { db, notify }: Context): void {
  const moves = [
    ['drain', drainAgent, 'Let an agent finish what it runs and give it nothing more'],
    ['resume', resumeAgent, 'Give an agent work again'],
    ['unpark', unparkAgent, 'Give the agents of an account work again before its limit is lifted'],
  ] as const;
  for (const [verb, move, summary] of moves) {
    app.post(
      `/agents/:agent/${verb}`,
      {
        config: manage,
        schema: {
          operationId: `${verb}Agent`,
          summary,
          tags,
          params,
          response: { 200: agentView.describe('The agent as it is now') },
        },
      },
      async ({ actor, params }) => {
        const agent = await move(db, actor, params.agent);
        for (const topic of ['agents', 'work', 'events']) notify(topic);
        return agent;
      },
    );
  }
}

function removeRoute(app: App, { db, notify }: Context): void {
  app.delete(
    '/agents/:agent',
    {
      config: { ...manage, errors: ['invalid_state'] },
      schema: {
        operationId: 'removeAgent',
        summary: 'Remove a model server, or an agent whose runner is offline',
        tags,
        params,
        response: { 204: z.undefined().describe('The agent is removed') },
      },
    },
    async ({ actor, params }, reply) => {
      await removeAgent(db, actor, params.agent);
      for (const topic of ['agents', 'events']) notify(topic);
      return reply.code(204).send();
    },
  );
}
