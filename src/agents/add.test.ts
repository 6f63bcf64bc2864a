import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { call } from '../../test/support/enrolled-runner.ts';
import { modelAgents } from '../../test/support/model-agents.ts';
import { modelServer } from '../../test/support/model-servers/model-server.ts';
import { productionSettings } from '../../test/support/production-settings.ts';
import { createLog } from '../lib/log.ts';

const LAPTOP = { kind: 'ollama', name: 'laptop', url: 'http://192.168.1.20:11434' };

test('the same request again changes nothing; the name with anything else is refused', async () => {
  const whoosh = await modelAgents();
  const wish = { ...LAPTOP, key: 'sk-1', labels: { zone: 'eu', gpu: 'no' } };
  const first = await whoosh.add(wish);
  expect([first.status, first.body.status]).toEqual([201, 'pending']);
  const again = await whoosh.add({ ...wish, url: `${wish.url}/`, labels: { gpu: 'no', zone: 'eu' } });
  expect(again).toEqual({ status: 200, body: first.body });
  for (const other of [{ kind: 'openai' }, { url: 'http://192.168.1.21' }, { key: 'sk-2' }, { max_concurrent: 2 }])
    expect((await whoosh.add({ ...wish, ...other })).body.code).toBe('name_taken');
  expect(await whoosh.eventTypes()).toEqual(['agent.added']);
});

test('of two that add the same at once one adds it', async () => {
  const whoosh = await modelAgents();
  const answers = await Promise.all(Array.from({ length: 6 }, () => whoosh.add(LAPTOP)));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});

test.each([
  'http://169.254.169.254/latest/meta-data',
  'http://2852039166/',
  'http://[::ffff:169.254.169.254]/',
  'http://0.0.0.0:8000',
  'http://[fe80::1]:11434',
  'ftp://192.168.1.20',
  'http://user:pass@192.168.1.20',
  'http://192.168.1.20/#x',
  'not a url',
])('the address %s is refused at the door, and the field is named', async (url) => {
  const whoosh = await modelAgents();
  const { status, body } = await whoosh.add({ ...LAPTOP, url });
  expect([status, body.code, body.errors[0].path]).toEqual([422, 'invalid_request', 'url']);
  expect(await whoosh.eventTypes()).toEqual([]);
});

test('in production this machine is not called unless EGRESS_ALLOW says so; private networks are', async () => {
  const production = await productionSettings();
  const url = 'http://127.0.0.1:11434';
  const strict = await modelAgents({ settings: production });
  expect((await strict.add({ ...LAPTOP, url })).body.errors[0].message).toContain('EGRESS_ALLOW');
  expect((await strict.add({ ...LAPTOP, url: 'http://localhost:11434' })).status).toBe(422);
  expect((await strict.add(LAPTOP)).status).toBe(201);
  const open = await modelAgents({ settings: { ...production, EGRESS_ALLOW: 'loopback' } });
  expect((await open.add({ ...LAPTOP, url })).status).toBe(201);
});

test('parts of WHOOSH itself are never called', async () => {
  const whoosh = await modelAgents();
  whoosh.servers.neverCall('localhost', 5432);
  whoosh.servers.neverCall('0.0.0.0', 8000);
  for (const url of ['http://127.0.0.1:5432', 'http://127.0.0.2:8000', 'http://localhost:8000'])
    expect((await whoosh.add({ ...LAPTOP, url })).body.errors[0].message).toContain('belongs to WHOOSH itself');
});

test.each([
  [{ name: 'two words' }, 'name'],
  [{ kind: 'command' }, 'kind'],
  [{ key: 'two words' }, 'key'],
  [{ key: 'sk-1\r\nX-Evil: 1' }, 'key'],
  [{ max_concurrent: 1001 }, 'max_concurrent'],
  [{ prices: { m: { input_per_million: -1, output_per_million: 1 } } }, 'prices.m.input_per_million'],
  [{ capabilities: ['no spaces please'] }, 'capabilities.0'],
])('an agent with %j is refused by the name of the field', async (bad, path) => {
  const whoosh = await modelAgents();
  const { status, body } = await whoosh.add({ ...LAPTOP, ...bad });
  expect([status, body.errors[0].path]).toEqual([422, path]);
});

test('the key of an agent appears in no answer, event or log line, whatever happens [I12]', async () => {
  const key = 'sk-hunter2-very-secret';
  const lines: string[] = [];
  const log = createLog(
    'debug',
    false,
    new PassThrough().on('data', (line) => lines.push(String(line))),
  );
  const whoosh = await modelAgents({ log });
  const server = await modelServer({ kind: 'openai' });
  const answers: unknown[] = [await whoosh.agent({ kind: 'openai', name: 'vllm', url: server.url, key })];
  for (const mood of ['refusing', 'broken', 'well'] as const) {
    server.mood = mood;
    answers.push(await whoosh.post('/agents/vllm/probe'));
  }
  answers.push(await whoosh.add({ kind: 'openai', name: 'vllm', url: server.url, key, max_concurrent: 9 }));
  answers.push(await whoosh.add({ kind: 'openai', name: 'vllm', url: server.url, key: `${key} with spaces` }));
  answers.push((await call(whoosh, 'GET', '/agents', whoosh.admin)).body);
  await whoosh.db.query(`update secrets set sealed = 'broken'`);
  answers.push((await call(whoosh, 'PATCH', '/agents/vllm', whoosh.admin, { key })).body);
  answers.push(await whoosh.db.query('select * from events'), await whoosh.db.query('select * from endpoints'));
  expect(server.asked.map(({ headers }) => headers.authorization)).toContain(`Bearer ${key}`);
  expect(JSON.stringify(answers) + lines.join('')).not.toContain('hunter2');
});

test('a removed model server is gone with its key, whatever it was doing', async () => {
  const whoosh = await modelAgents();
  const server = await modelServer();
  await whoosh.agent({ kind: 'ollama', name: 'laptop', url: server.url, key: 'sk-1' });
  expect((await call(whoosh, 'DELETE', '/agents/laptop', whoosh.admin)).statusCode).toBe(204);
  expect((await call(whoosh, 'GET', '/agents/laptop', whoosh.admin)).statusCode).toBe(404);
  expect(await whoosh.db.query('select id from secrets')).toEqual([]);
});

test('an address is stored as it is called: nothing in it can deceive the terminal of who approves it', async () => {
  const whoosh = await modelAgents();
  const url = 'http://192.168.1.99\n:80/\u001b[2K\rhttp://good.example/v1/';
  const { status, body } = await whoosh.add({ ...LAPTOP, url });
  expect([status, body.url]).toEqual([201, 'http://192.168.1.99/%1B[2Khttp://good.example/v1']);
  const { body: punycode } = await whoosh.add({ ...LAPTOP, name: 'other', url: 'https://\u0430pi.openai.com/v1?v=1/' });
  expect(punycode.url).toBe('https://xn--pi-6kc.openai.com/v1?v=1/');
});

test('model servers that nobody has approved do not pile up without end', async () => {
  const whoosh = await modelAgents();
  const names = Array.from({ length: 100 }, (_, at) => `laptop-${at}`);
  await Promise.all(names.map((name) => whoosh.add({ ...LAPTOP, name })));
  expect((await whoosh.add(LAPTOP)).body).toMatchObject({ status: 409, code: 'agents_full' });
  expect((await whoosh.add({ ...LAPTOP, name: 'laptop-7' })).status).toBe(200);
  await whoosh.post('/agents/laptop-7/approve');
  expect((await whoosh.add(LAPTOP)).status).toBe(201);
});

test('a model server cannot have a name that stands for an agent of a runner, or for the id of another agent', async () => {
  const whoosh = await modelAgents();
  for (const name of ['laptop/shell', '11111111-1111-7111-8111-111111111111']) {
    const { status, body } = await whoosh.add({ ...LAPTOP, name });
    expect([status, body.errors?.[0].path]).toEqual([422, 'name']);
  }
});
