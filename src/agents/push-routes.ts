import { z } from 'zod';
import type { Context } from '../context.ts';
import type { App, Routes } from '../http/app-types.ts';
import type { Actor } from '../members/actor.ts';
import { resolveProject } from '../projects/resolve.ts';
import { addAgent } from './add.ts';
import { approveAgent } from './approve.ts';
import { changeAgent } from './change.ts';
import { findAgent } from './find.ts';
import { findModelServer } from './find-model-server.ts';
import type { ModelServers } from './push/model-servers.ts';
import { requireApproved } from './require-approved.ts';
import { addAgent as addAgentBody, agentView, approveQuery, changeAgent as changeAgentBody } from './schema.ts';

const tags = ['agents'];
const params = z.object({ agent: z.string().max(100).describe('id, or the name when only one agent has it') });

/** How long an answer waits for the probe of a model server; one that takes longer is shown as it is until then. */
const WAIT_MS = 5000;

/** Routes of model servers: add, approve, probe, change. Everything else about them is as with all agents. */
export const pushRoutes =
  (servers: ModelServers): Routes =>
  (app, context) => {
    addRoute(app, context, servers);
    approveRoute(app, context, servers);
    probeRoute(app, context, servers);
    changeRoute(app, context, servers);
  };

function addRoute(app: App, { db, notify }: Context, servers: ModelServers): void {
  app.post(
    '/agents',
    {
      config: { permission: 'agent.add', errors: ['name_taken', 'agents_full', 'secret_unusable'] },
      schema: {
        operationId: 'addAgent',
        summary: 'Add a model server; nothing is contacted before it is approved',
        tags,
        body: addAgentBody,
        response: {
          201: agentView.describe('The agent, pending'),
          200: agentView.describe('It was added before, by the same request'),
        },
      },
    },
    async ({ actor, body: { project, ...wish } }, reply) => {
      const project_id = await projectOf(db, actor, project);
      const { agent, is_new } = await addAgent(db, servers, actor, { ...wish, project_id });
      if (is_new) for (const topic of ['agents', 'events']) notify(topic);
      return reply.code(is_new ? 201 : 200).send(agent);
    },
  );
}

/** null: it serves every project. */
const projectOf = async (db: Context['db'], actor: Actor, project: string | undefined): Promise<string | null> =>
  project === undefined && actor.project_id === null ? null : (await resolveProject(db, actor, project)).id;

function approveRoute(app: App, { db, notify }: Context, { prober, checkUrl }: ModelServers): void {
  app.post(
    '/agents/:agent/approve',
    {
      config: { permission: 'agent.manage', errors: ['invalid_state'] },
      schema: {
        operationId: 'approveAgent',
        summary: 'Let a model server be contacted, and given work',
        description: 'Waits up to five seconds for what it says it has.',
        tags,
        params,
        querystring: approveQuery,
        response: { 200: agentView.describe('The agent as it is now; `problem` says why when it does not answer') },
      },
    },
    async ({ actor, params, query: { url } }) => {
      const id = await approveAgent(db, actor, params.agent, url && checkUrl(url));
      for (const topic of ['agents', 'events']) notify(topic);
      await prober.probeWithin(WAIT_MS, id);
      return findAgent(db, actor, id);
    },
  );
}

function probeRoute(app: App, { db }: Context, { prober }: ModelServers): void {
  app.post(
    '/agents/:agent/probe',
    {
      config: { permission: 'agent.add', errors: ['invalid_state'] },
      schema: {
        operationId: 'probeAgent',
        summary: 'Ask a model server now what it has',
        description: 'It is asked every 30 seconds anyway. Waits up to five seconds for the answer.',
        tags,
        params,
        response: { 200: agentView.describe('The agent as it is now') },
      },
    },
    async ({ actor, params }) => {
      const agent = await findModelServer(db, actor, params.agent);
      requireApproved(agent);
      await prober.probeWithin(WAIT_MS, agent.id);
      return findAgent(db, actor, agent.id);
    },
  );
}

function changeRoute(app: App, { db, notify }: Context, servers: ModelServers): void {
  app.patch(
    '/agents/:agent',
    {
      config: { permission: 'agent.manage', errors: ['invalid_state', 'name_taken'] },
      schema: {
        operationId: 'changeAgent',
        summary: 'Change a model server; what is not named stays',
        description: 'Another `url` takes another approval, and the key is forgotten unless it is given again.',
        tags,
        params,
        body: changeAgentBody,
        response: { 200: agentView.describe('The agent as it is now') },
      },
    },
    async ({ actor, params, body }) => {
      const id = await changeAgent(db, servers, actor, params.agent, body);
      for (const topic of ['agents', 'work', 'events']) notify(topic);
      // Whether a new key is right, and what its models can do by new words; one that is pending again is not asked.
      if (body.key !== undefined || body.capabilities) await servers.prober.probeWithin(WAIT_MS, id);
      return findAgent(db, actor, id);
    },
  );
}
