import { expect, test } from 'vitest';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { createClient } from './client.ts';

const SHELL = { needs: { capabilities: ['shell'] } };

test('the log and the events of a task are followed to its end, each line once, over a restart of the server', async () => {
  const server = await runningServer();
  const { client } = server;
  const runner = await httpRunner(server);
  const { id } = await client.submitTask({ title: 'chatty', ...SHELL });
  const lines: string[] = [];
  const events: string[] = [];
  const following = [
    (async () => {
      for await (const { text } of client.followLog(id)) lines.push(text);
    })(),
    (async () => {
      for await (const { type } of client.followTask(id)) events.push(type);
    })(),
  ];
  const waiting = client.waitTask(id);
  const grant = await runner.begin();
  for (let seq = 0; seq < 3; seq++) await runner.log(grant, `line ${seq}`, seq);
  await until(() => lines.length === 3 && events.includes('task.started'));
  await server.stop();
  await server.start();
  for (let seq = 3; seq < 6; seq++) await runner.log(grant, `line ${seq}`, seq);
  await runner.complete(grant);
  await Promise.all(following);
  expect(lines).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5']);
  expect(events).toEqual([...new Set(events)]);
  expect(events.at(-1)).toBe('task.succeeded');
  expect(await waiting).toMatchObject({ state: 'succeeded' });
  expect(await Array.fromAsync(client.readLog(id), ({ text }) => text)).toEqual(lines);
});

test('following goes on after a connection that was cut, from where it was', async () => {
  const server = await runningServer();
  const proxy = await tcpProxy(server.url);
  const client = createClient({ url: proxy.url, key: server.key });
  const runner = await httpRunner(server);
  const { id } = await client.submitTask({ title: 'chatty', ...SHELL });
  const lines: string[] = [];
  const following = (async () => {
    for await (const { text } of client.followLog(id)) lines.push(text);
  })();
  const grant = await runner.begin();
  for (let seq = 0; seq < 5; seq++) {
    await runner.log(grant, `line ${seq}`, seq);
    await until(() => lines.length === seq + 1);
    proxy.cut();
  }
  await runner.complete(grant);
  await following;
  expect(lines).toEqual(['line 0', 'line 1', 'line 2', 'line 3', 'line 4']);
});

test('events of everything are told from now on, filtered by type', async () => {
  const { client } = await runningServer();
  const stop = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { data, type } of client.followEvents({ type: 'project.' }, stop)) seen.push(`${type} ${data}`);
  })();
  // The stream has no beginning of its own: what is made before it is open is not told.
  await until(async () => {
    await client.createProject({ slug: `p-${Math.random().toString(36).slice(2)}` });
    await client.createKey({ name: 'k', role: 'viewer' });
    return seen.length > 2;
  });
  stop.abort();
  await expect(following).rejects.toBe(stop.signal.reason);
  expect(seen.every((line) => line.startsWith('project.created'))).toBe(true);
});

test('waiting ends with the time-out or the signal, and the task goes on', async () => {
  const { client } = await runningServer();
  const { id } = await client.submitTask({ title: 'nobody', allow_unsatisfiable: true });
  await expect(client.waitTask(id, { timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  const stop = new AbortController();
  const waiting = client.waitTask(id, { signal: stop.signal });
  stop.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  expect(await client.getTask(id)).toMatchObject({ state: 'queued' });
});

test('waiting works where event streams are not let through', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server);
  const noStreams: typeof fetch = (url, init) =>
    String(url).endsWith('/events') ? Promise.resolve(new Response('no', { status: 403 })) : fetch(url, init);
  const client = createClient({ url: server.url, key: server.key, fetch: noStreams });
  const { id } = await client.submitTask({ title: 'a', ...SHELL });
  const waiting = client.waitTask(id);
  await runner.fail(await runner.begin(), 'it broke');
  expect(await waiting).toMatchObject({ state: 'failed', error: { message: 'it broke' } });
});
