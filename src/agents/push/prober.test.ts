import { expect, test } from 'vitest';
import { call } from '../../../test/support/enrolled-runner.ts';
import { modelAgents } from '../../../test/support/model-agents.ts';
import { modelServer } from '../../../test/support/model-servers/model-server.ts';
import { until } from '../../../test/support/until.ts';
import { recordCallFailure } from './record-call-failure.ts';
import { recordCallSuccess } from './record-call-success.ts';

type Whoosh = Awaited<ReturnType<typeof modelAgents>>;

const due = (whoosh: Whoosh) => whoosh.db.query("update endpoints set next_probe_at = now() - interval '1 second'");
const probesOf = ({ asked }: { asked: { path: string }[] }) => asked.filter(({ path }) => path === '/api/tags').length;

async function online(settings: { max_concurrent?: number } = {}) {
  const whoosh = await modelAgents();
  const server = await modelServer();
  const agent = await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url, ...settings });
  expect(agent.status).toBe('online');
  const failCalls = async (times: number) => {
    for (let call = 0; call < times; call++) await recordCallFailure(whoosh.context, agent.id, 'No connection.');
  };
  return { whoosh, server, agent, failCalls, probe: () => whoosh.servers.prober.probe(agent.id) };
}

test('of several replicas one probes an agent that is due, and then it is not due for 15 seconds at least', async () => {
  const { whoosh, server } = await online();
  const others = [await modelAgents({ beside: whoosh }), await modelAgents({ beside: whoosh })];
  await due(whoosh);
  const before = probesOf(server);
  await Promise.all([whoosh, ...others].map(({ servers }) => servers.prober.probeDue()));
  await until(() => probesOf(server) > before);
  await Promise.all([whoosh, ...others].map(({ servers }) => servers.prober.probeDue()));
  expect(probesOf(server)).toBe(before + 1);
  const [row] = await whoosh.db.query<{ wait: number }>(
    'select extract(epoch from next_probe_at - now())::float8 as wait from endpoints',
  );
  expect(row!.wait).toBeGreaterThan(10);
  expect(row!.wait).toBeLessThan(45);
});

test('what a server has is taken over as it changes', async () => {
  const { whoosh, server, probe } = await online();
  server.models = ['llama3.2:3b', 'nomic-embed-text'];
  await probe();
  expect((await whoosh.get('laptop')).models).toEqual(['llama3.2:3b', 'nomic-embed-text']);
  server.models = [];
  await probe();
  expect(await whoosh.get('laptop')).toMatchObject({ models: [], capabilities: [], status: 'online' });
});

test('probes that fail are counted for the agent, by what was wrong [S21]', async () => {
  const { whoosh, server, probe } = await online();
  server.mood = 'broken';
  await probe();
  await probe();
  const { values } = await whoosh.context.metrics.outbound_http_errors_total.get();
  expect(values.map(({ labels, value }) => ({ ...labels, value }))).toEqual([
    { agent: 'laptop', kind: 'transport', value: 2 },
  ]);
});

test('one failed probe makes an agent degraded, two make it offline, and an answer online again', async () => {
  const { whoosh, server, probe } = await online();
  server.mood = 'broken';
  await probe();
  const degraded = await whoosh.get('laptop');
  expect([degraded.status, degraded.models]).toEqual(['degraded', ['llama3.2:3b']]);
  expect(degraded.problem).not.toBeNull();
  await probe();
  await probe();
  expect((await whoosh.get('laptop')).status).toBe('offline');
  server.mood = 'well';
  await probe();
  expect(await whoosh.get('laptop')).toMatchObject({ status: 'online', problem: null });
  expect((await whoosh.eventTypes()).slice(3)).toEqual(['agent.offline', 'agent.online']);
  const [{ data }] = (await whoosh.db.query<{ data: object }>(
    "select data from events where type = 'agent.offline'",
  )) as [{ data: object }];
  expect(data).toMatchObject({ name: 'laptop', problem: degraded.problem });
});

test('a server that says nothing is given up after ten seconds, and holds up no other', async () => {
  const { whoosh, server, agent } = await online();
  const other = await modelServer();
  await whoosh.agent({ kind: 'ollama', name: 'desktop', url: other.url });
  server.mood = 'silent';
  await due(whoosh);
  const [before, probes] = [performance.now(), probesOf(other)];
  await whoosh.servers.prober.probeDue();
  await until(() => probesOf(other) > probes, { timeoutMs: 2000 });
  await whoosh.servers.prober.probe(agent.id);
  expect(performance.now() - before).toBeLessThan(12_000);
  expect((await whoosh.get('laptop')).problem).toContain('10 s');
}, 20_000);

test('five failed calls in a row open the breaker; a probe that is answered closes it [P3]', async () => {
  const { whoosh, agent, failCalls, probe } = await online();
  await failCalls(4);
  expect(await whoosh.get('laptop')).toMatchObject({
    status: 'degraded',
    breaker_open: false,
    problem: 'No connection.',
  });
  await recordCallSuccess(whoosh.db, agent.id);
  expect(await whoosh.get('laptop')).toMatchObject({ status: 'online', breaker_open: false, problem: null });
  const opened = await Promise.all(
    Array.from({ length: 8 }, () => recordCallFailure(whoosh.context, agent.id, 'No connection.')),
  );
  expect(opened.filter(Boolean)).toHaveLength(1);
  expect((await whoosh.get('laptop')).breaker_open).toBe(true);
  const [row] = await whoosh.db.query<{ wait: number }>(
    'select extract(epoch from next_probe_at - now())::float8 as wait from endpoints',
  );
  expect(row!.wait).toBeLessThanOrEqual(15);
  await recordCallSuccess(whoosh.db, agent.id);
  expect((await whoosh.get('laptop')).breaker_open).toBe(true);
  await probe();
  expect((await whoosh.get('laptop')).breaker_open).toBe(false);
  expect((await whoosh.eventTypes()).slice(3)).toEqual(['agent.breaker_opened', 'agent.breaker_closed']);
});

test('after the breaker was closed one more failed call opens it again, until one goes well', async () => {
  const { whoosh, agent, failCalls, probe } = await online();
  await failCalls(5);
  await probe();
  await failCalls(1);
  expect((await whoosh.get('laptop')).breaker_open).toBe(true);
  await probe();
  await recordCallSuccess(whoosh.db, agent.id);
  await failCalls(4);
  expect((await whoosh.get('laptop')).breaker_open).toBe(false);
});

test('a probe that fails while the breaker is open leaves it open, and is repeated soon', async () => {
  const { whoosh, server, failCalls, probe } = await online();
  await failCalls(5);
  server.mood = 'broken';
  await probe();
  await probe();
  expect(await whoosh.get('laptop')).toMatchObject({ breaker_open: true, status: 'offline' });
  const [row] = await whoosh.db.query<{ wait: number }>(
    'select extract(epoch from next_probe_at - now())::float8 as wait from endpoints',
  );
  expect(row!.wait).toBeLessThan(23);
});

test('the answer of a probe to an address that was changed meanwhile is not kept', async () => {
  const { whoosh, server, agent, probe } = await online();
  const { promise, resolve } = Promise.withResolvers<void>();
  server.held = promise;
  const asked = server.asked.length;
  const probing = probe();
  await until(() => server.asked.length > asked);
  await whoosh.db.query(`update endpoints set url = 'http://192.168.1.9', inventory = '[]' where agent_id = $1`, [
    agent.id,
  ]);
  resolve();
  await probing;
  expect((await whoosh.get('laptop')).inventory).toEqual([]);
});

test('what the operator says of its models counts for each that can chat', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer({ kind: 'openai', models: ['qwen3', 'nomic-embed-text'] });
  const agent = await whoosh.agent({ kind: 'openai', name: 'vllm', url: server.url, capabilities: ['tools', 'near'] });
  const words = (one: typeof agent) => one.inventory.map(({ capabilities }) => capabilities);
  expect(words(agent)).toEqual([['chat', 'tools'], ['embedding']]);
  expect(agent.capabilities).toEqual(['chat', 'embedding', 'near', 'tools']);
  const changed = await call(whoosh, 'PATCH', '/agents/vllm', whoosh.admin, { capabilities: ['vision'] });
  expect(words(changed.json())).toEqual([['chat', 'vision'], ['embedding']]);
  expect(changed.json().capabilities).toEqual(['chat', 'embedding', 'vision']);
});
