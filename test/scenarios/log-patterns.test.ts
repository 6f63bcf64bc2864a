import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { talkingServer } from '../support/model-servers/talking-server.ts';
import { serveProcess } from '../support/serve-process.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);

test('a start that fails is found by "initialization failed", which says what failed [S22]', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  onTestFinished(() => void other.close());
  const { port } = other.address() as AddressInfo;
  const server = await serveProcess({ DATABASE_URL: (await testDatabase()).url, WHOOSH_PORT: String(port) });
  expect(await server.exited).toBe(1);
  expect(server.grep('initialization failed')).toEqual([
    expect.objectContaining({ level: 'error', time: TIME, msg: expect.stringContaining('EADDRINUSE') }),
  ]);
});

test('a lost database and an orderly end are found by their phrases, each line with its replica [S22]', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  const server = await serveProcess({ DATABASE_URL: proxy.url });
  await server.client();
  proxy.down();
  const lost = await until(() => server.grep('database connection error')[0]);
  expect(lost).toMatchObject({ level: 'warn', time: TIME, service: 'whoosh', replica_id: UUID });
  proxy.up();
  server.child.kill('SIGTERM');
  expect(await server.exited).toBe(0);
  expect(server.grep('coordinator shutdown').map(({ msg }) => msg)).toEqual([
    'coordinator shutdown started',
    'coordinator shutdown complete',
  ]);
  const replicas = server.grep('replica_id').map(({ replica_id }) => replica_id);
  expect(new Set(replicas).size).toBe(1);
});

test('a model server that takes too long is found by "HTTP timeout", with task and attempt [S22]', async () => {
  const silent = await talkingServer({ onChat: () => {} });
  const server = await serveProcess({ DATABASE_URL: (await testDatabase()).url, MODEL_TIMEOUT_MS: '300' });
  const client = await server.client();
  await client.addAgent({ kind: 'ollama', name: 'laptop', url: silent.url });
  await client.approveAgent('laptop');
  const { id } = await client.submitTask({ title: 'x', prompt: 'x', needs: { kind: 'ollama' }, max_attempts: 1 });
  expect(await client.waitTask(id)).toMatchObject({ state: 'failed' });
  expect(server.grep('HTTP timeout')).toMatchObject([
    { level: 'warn', task_id: id, epoch: 1, url: silent.url, msg: 'HTTP timeout: a model server took too long' },
  ]);
});

test('an error that nobody caught is in the log, running work is handed back, and the process ends with 70', async () => {
  const planted = join(await testFolder(), 'planted.mjs');
  await writeFile(planted, "process.on('SIGUSR2', () => { Promise.reject(new Error('planted')); });\n");
  const model = await talkingServer({ onChat: () => {} });
  const { url: DATABASE_URL, db } = await testDatabase();
  const server = await serveProcess({ DATABASE_URL, NODE_OPTIONS: `--import ${planted}` });
  const client = await server.client();
  await client.addAgent({ kind: 'ollama', name: 'laptop', url: model.url });
  await client.approveAgent('laptop');
  const { id } = await client.submitTask({ title: 'x', prompt: 'x', needs: { kind: 'ollama' } });
  await model.callAt(0);
  server.child.kill('SIGUSR2');
  expect(await server.exited).toBe(70);
  expect(server.grep('nobody caught')).toMatchObject([{ level: 'fatal', err: { message: 'planted' } }]);
  expect(await db.query('select state, attempts from live_tasks where id = $1', [id])).toEqual([
    { state: 'queued', attempts: 0 },
  ]);
});

test('WHOOSH_LOG_FORMAT=pretty makes lines for a person where there is no terminal', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  proxy.down();
  const server = await serveProcess({ DATABASE_URL: proxy.url, WHOOSH_LOG_FORMAT: 'pretty' });
  await until(() => server.output().includes('Waiting for PostgreSQL'));
  expect(server.output()).not.toContain('"msg"');
  server.child.kill('SIGTERM');
  await server.exited;
});
