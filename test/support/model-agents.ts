import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { type ModelServers, openModelServers } from '../../src/agents/push/model-servers.ts';
import { pushRoutes } from '../../src/agents/push-routes.ts';
import type { AgentView } from '../../src/agents/schema.ts';
import { readConfig } from '../../src/config.ts';
import type { Log } from '../../src/lib/log.ts';
import { type TestApp, testApp } from './app.ts';
import { call } from './enrolled-runner.ts';

type Headers = { authorization: string };
type Options = { settings?: Record<string, string>; beside?: TestApp; log?: Log };

/** An application with what it needs to call model servers, and the verbs of an admin of all projects. */
export async function modelAgents({ settings = {}, beside, log }: Options = {}) {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-test-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
  const config = readConfig({ WHOOSH_DATA_DIR: dataDir, ...settings });
  let servers: ModelServers | undefined;
  const whoosh = await testApp({
    context: { config, ...(log && { log }) },
    ...(beside && { beside }),
    routes: [
      (app, context) => {
        servers = openModelServers(context);
        return pushRoutes(servers)(app, context);
      },
    ],
  });
  onTestFinished(() => servers!.close());
  const admin = await whoosh.as('admin');
  const post = async (path: string, payload?: object, headers: Headers = admin) => {
    const answer = await call(whoosh, 'POST', path, headers, payload);
    return { status: answer.statusCode, body: answer.json() };
  };
  return {
    ...whoosh,
    config,
    servers: servers!,
    admin,
    post,
    add: (wish: object, headers?: Headers) => post('/agents', wish, headers),
    /** Adds and approves an agent. */
    async agent(wish: object): Promise<AgentView> {
      expect((await post('/agents', wish)).status).toBe(201);
      const { status, body } = await post(`/agents/${(wish as { name: string }).name}/approve`);
      expect(status).toBe(200);
      return body;
    },
    async get(name: string, headers: Headers = admin): Promise<AgentView> {
      return (await call(whoosh, 'GET', `/agents/${name}`, headers)).json();
    },
    eventTypes: async () =>
      (await whoosh.db.query<{ type: string }>("select type from events where type like 'agent.%' order by seq")).map(
        ({ type }) => type,
      ),
  };
}
