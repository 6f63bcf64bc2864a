import { expect, test } from 'vitest';
import { call } from '../../test/support/enrolled-runner.ts';
import { modelAgents } from '../../test/support/model-agents.ts';
import { modelServer } from '../../test/support/model-servers/model-server.ts';
import { until } from '../../test/support/until.ts';
import { recordCallFailure } from './push/record-call-failure.ts';

test('an agent is not contacted before it is approved; then it says at once what it has [P1]', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer({ models: ['llama3.2:3b', 'qwen3:8b'] });
  const laptop = { kind: 'ollama', name: 'laptop', url: `${server.url}/`, capabilities: ['fast'] };
  const { status, body } = await whoosh.add(laptop);
  expect([status, body.status, body.url, body.max_concurrent]).toEqual([201, 'pending', server.url, 1]);
  await whoosh.servers.prober.probeDue();
  await whoosh.servers.prober.probe(body.id);
  expect(server.asked).toEqual([]);
  const { body: approved } = await whoosh.post('/agents/laptop/approve');
  expect(approved).toMatchObject({
    status: 'online',
    version: '0.12.6',
    capabilities: ['chat', 'fast'],
    models: ['llama3.2:3b', 'qwen3:8b'],
    problem: null,
  });
  expect(await whoosh.eventTypes()).toEqual(['agent.added', 'agent.approved', 'agent.online']);
});

test('approving a second time changes nothing', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer({ kind: 'openai' });
  const agent = await whoosh.agent({ kind: 'openai', name: 'vllm', url: server.url });
  expect(agent).toMatchObject({ status: 'online', max_concurrent: 4 });
  expect((await whoosh.post('/agents/vllm/approve')).body).toMatchObject({ id: agent.id, status: 'online' });
  expect(await whoosh.eventTypes()).toEqual(['agent.added', 'agent.approved', 'agent.online']);
});

test('an agent that does not answer is approved and offline, with the reason', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer();
  server.mood = 'broken';
  const agent = await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url });
  expect(agent).toMatchObject({ status: 'offline', models: [] });
  expect(agent.problem).toContain(`127.0.0.1:${server.port}`);
  expect(await whoosh.eventTypes()).toEqual(['agent.added', 'agent.approved', 'agent.offline']);
});

test('approving waits five seconds for a server that says nothing, and no longer', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer();
  server.mood = 'silent';
  const before = performance.now();
  expect(await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url })).toMatchObject({ status: 'offline' });
  expect(performance.now() - before).toBeLessThan(7000);
});

test('a developer adds agents, and only an admin approves them', async () => {
  const whoosh = await modelAgents();
  const developer = await whoosh.as('developer');
  const server = await modelServer();
  const wish = { kind: 'ollama', name: 'laptop', url: server.url };
  expect((await whoosh.add(wish, await whoosh.as('viewer'))).status).toBe(403);
  expect((await whoosh.add(wish, developer)).status).toBe(201);
  expect((await whoosh.post('/agents/laptop/approve', undefined, developer)).status).toBe(403);
  const change = { url: 'http://192.168.1.1' };
  expect((await call(whoosh, 'PATCH', '/agents/laptop', developer, change)).statusCode).toBe(403);
  expect((await whoosh.post('/agents/laptop/probe', undefined, developer)).body.code).toBe('invalid_state');
  expect(server.asked).toEqual([]);
});

test('an agent of another project is not there, and one that all projects share takes a key for all of them [I10]', async () => {
  const whoosh = await modelAgents();
  const { body: project } = await whoosh.post('/projects', { slug: 'red', name: 'Red' });
  const mine = await whoosh.as('admin', project.id);
  const url = 'http://192.168.1.20:11434';
  await whoosh.add({ kind: 'ollama', name: 'theirs', url, project: 'default' });
  await whoosh.add({ kind: 'ollama', name: 'shared', url });
  const own = await whoosh.add({ kind: 'ollama', name: 'own', url }, mine);
  expect(own.body.project_id).toBe(project.id);
  for (const verb of ['approve', 'probe', 'unpark', 'drain']) {
    expect((await whoosh.post(`/agents/theirs/${verb}`, undefined, mine)).status).toBe(404);
    expect((await whoosh.post(`/agents/shared/${verb}`, undefined, mine)).status).toBe(403);
  }
  expect((await whoosh.add({ kind: 'ollama', name: 'x', url, project: 'default' }, mine)).status).toBe(404);
  expect((await call(whoosh, 'PATCH', '/agents/theirs', mine, { name: 'mine' })).statusCode).toBe(404);
});

test('health counts model servers that take work', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer();
  const { id } = await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url });
  await whoosh.add({ kind: 'ollama', name: 'waits', url: server.url });
  const agents = async () => (await whoosh.app.inject('/health')).json().components.agents;
  expect(await agents()).toMatchObject({ total: 2, online: 1 });
  for (let call = 0; call < 5; call++) await recordCallFailure(whoosh.context, id, 'No connection.');
  expect(await until(async () => (await agents()).online === 0)).toBe(true);
});

test('an approval is for the address that was seen: of one that has changed meanwhile nothing is contacted', async () => {
  const whoosh = await modelAgents();
  const [seen, other] = [await modelServer(), await modelServer()];
  await whoosh.add({ kind: 'ollama', name: 'laptop', url: seen.url });
  await call(whoosh, 'PATCH', '/agents/laptop', whoosh.admin, { url: other.url });
  const approve = (url: string) => whoosh.post(`/agents/laptop/approve?url=${encodeURIComponent(url)}`);
  const refused = await approve(`${seen.url}/`);
  expect(refused).toMatchObject({ status: 409, body: { code: 'invalid_state' } });
  expect(refused.body.detail).toContain(other.url);
  expect((await whoosh.get('laptop')).status).toBe('pending');
  expect([...seen.asked, ...other.asked]).toEqual([]);
  expect((await approve(other.url)).body.status).toBe('online');
  expect((await approve(seen.url)).body.code).toBe('invalid_state');
});
