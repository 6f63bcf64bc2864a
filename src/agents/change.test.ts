import { expect, test } from 'vitest';
import { call, command, enrol, openSession } from '../../test/support/enrolled-runner.ts';
import { modelAgents } from '../../test/support/model-agents.ts';
import { modelServer } from '../../test/support/model-servers/model-server.ts';
import { until } from '../../test/support/until.ts';

type Whoosh = Awaited<ReturnType<typeof modelAgents>>;

const KEY = 'sk-hunter2-very-secret';

async function change(whoosh: Whoosh, name: string, payload: object) {
  const answer = await call(whoosh, 'PATCH', `/agents/${name}`, whoosh.admin, payload);
  return { status: answer.statusCode, body: answer.json() };
}

const keysSent = (server: { asked: { headers: { authorization?: string | undefined } }[] }) =>
  new Set(server.asked.map(({ headers }) => headers.authorization));

test('another address makes an agent pending again and forgets its key [I12] [P1]', async () => {
  const whoosh = await modelAgents();
  const [good, evil] = [await modelServer({ kind: 'openai' }), await modelServer({ kind: 'openai' })];
  const agent = await whoosh.agent({ kind: 'openai', name: 'vllm', url: good.url, key: KEY, capabilities: ['fast'] });
  expect(agent).toMatchObject({ status: 'online', has_key: true });
  expect(keysSent(good)).toEqual(new Set([`Bearer ${KEY}`]));
  const { status, body } = await change(whoosh, 'vllm', { url: evil.url });
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'pending', has_key: false, models: [], capabilities: ['fast'], inventory: [] });
  await whoosh.servers.prober.probe(agent.id);
  expect(evil.asked).toEqual([]);
  await whoosh.post('/agents/vllm/approve');
  expect(keysSent(evil)).toEqual(new Set([undefined]));
  expect(await whoosh.db.query('select id from secrets')).toEqual([]);
});

test('a key that comes with the new address is kept, for when it is approved', async () => {
  const whoosh = await modelAgents();
  const [old, next] = [await modelServer({ kind: 'openai' }), await modelServer({ kind: 'openai' })];
  await whoosh.agent({ kind: 'openai', name: 'vllm', url: old.url, key: KEY });
  expect((await change(whoosh, 'vllm', { url: next.url, key: 'sk-2' })).body).toMatchObject({
    status: 'pending',
    has_key: true,
  });
  expect((await whoosh.post('/agents/vllm/approve')).body.status).toBe('online');
  expect(keysSent(next)).toEqual(new Set(['Bearer sk-2']));
});

test('the same address again, or another key, keeps the approval', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer({ kind: 'openai' });
  await whoosh.agent({ kind: 'openai', name: 'vllm', url: server.url, key: KEY });
  expect((await change(whoosh, 'vllm', { url: `${server.url}/` })).body).toMatchObject({
    status: 'online',
    has_key: true,
  });
  expect((await change(whoosh, 'vllm', { key: 'sk-2' })).body.status).toBe('online');
  expect((await change(whoosh, 'vllm', { key: null })).body).toMatchObject({ status: 'online', has_key: false });
  expect([...keysSent(server)]).toEqual([`Bearer ${KEY}`, 'Bearer sk-2', undefined]);
});

test('name, slots, labels, words and prices change; what is not named stays', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer();
  await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url, labels: { zone: 'eu' } });
  const prices = { 'llama3.2:3b': { input_per_million: 0.1, output_per_million: 0.4 } };
  const wish = { name: 'desktop', max_concurrent: 3, capabilities: ['fast'], prices };
  expect((await change(whoosh, 'laptop', wish)).body).toMatchObject({
    name: 'desktop',
    status: 'online',
    max_concurrent: 3,
    labels: { zone: 'eu' },
    capabilities: ['chat', 'fast'],
    models: ['llama3.2:3b'],
    prices: { 'llama3.2:3b': { input_per_million: 0.1, output_per_million: 0.4, currency: 'USD' } },
  });
  expect((await change(whoosh, 'desktop', {})).status).toBe(422);
  expect((await change(whoosh, 'desktop', { max_concurrent: 0 })).body.errors[0].path).toBe('max_concurrent');
});

test('two model servers of a project cannot have one name', async () => {
  const whoosh = await modelAgents();
  const url = 'http://192.168.1.20:11434';
  const one = { kind: 'ollama', name: 'one', url };
  expect((await whoosh.add(one)).status).toBe(201);
  expect((await whoosh.add({ ...one, name: 'two' })).status).toBe(201);
  expect((await whoosh.add({ ...one, project: 'default' })).status).toBe(201);
  const renamed = await change(whoosh, 'two', { name: 'one' });
  expect([renamed.status, renamed.body.code]).toEqual([409, 'name_taken']);
  expect((await call(whoosh, 'DELETE', '/agents/two', whoosh.admin)).statusCode).toBe(204);
  expect((await whoosh.add({ ...one, name: 'two' })).status).toBe(201);
});

test('what a runner declares is not changed here', async () => {
  const whoosh = await modelAgents();
  const { headers } = await enrol(whoosh, whoosh.admin);
  await openSession(whoosh, headers, command('coder'));
  expect((await change(whoosh, 'coder', { name: 'mine' })).body.code).toBe('invalid_state');
  expect((await whoosh.post('/agents/coder/approve')).body.code).toBe('invalid_state');
});

test('an agent that is moved and approved while its old address is being asked shows what the new one has', async () => {
  const whoosh = await modelAgents();
  const [old, next] = [await modelServer(), await modelServer({ models: ['qwen3:8b'] })];
  const agent = await whoosh.agent({ kind: 'ollama', name: 'laptop', url: old.url });
  const { promise, resolve } = Promise.withResolvers<void>();
  old.held = promise;
  const asked = old.asked.length;
  void whoosh.servers.prober.probe(agent.id);
  await until(() => old.asked.length > asked);
  await change(whoosh, 'laptop', { url: next.url });
  const approving = whoosh.post('/agents/laptop/approve');
  resolve();
  expect((await approving).body).toMatchObject({ status: 'online', models: ['qwen3:8b'] });
});

test('of an agent that is changed while it is removed no key stays behind', async () => {
  const whoosh = await modelAgents();
  for (let round = 0; round < 5; round++) {
    await whoosh.add({ kind: 'ollama', name: 'laptop', url: 'http://192.168.1.20:11434', key: KEY });
    const changing = [change(whoosh, 'laptop', { key: 'sk-2' }), change(whoosh, 'laptop', { key: 'sk-3' })];
    const removed = await call(whoosh, 'DELETE', '/agents/laptop', whoosh.admin);
    const statuses = (await Promise.all(changing)).map(({ status }) => status);
    expect(removed.statusCode).toBe(204);
    expect([200, 404]).toEqual(expect.arrayContaining(statuses));
  }
  expect(await whoosh.db.query('select id from secrets')).toEqual([]);
});
