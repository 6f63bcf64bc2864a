import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { createLog } from '../lib/log.ts';
import { Listener, type ListenerOptions } from './listener.ts';
import { openNotifier } from './notifier.ts';

const log = createLog('silent', false);

/** A listener that counts how often its connection stood. */
function listenTo(url: string, options: Partial<ListenerOptions> = {}) {
  const listener = new Listener({ url, log, ...options });
  onTestFinished(() => listener.close());
  const seen = { connections: 0 };
  listener.onReconnected(() => {
    seen.connections++;
  });
  return { listener, seen };
}

const listeningBackend =
  "select pid from pg_stat_activity where application_name = 'whoosh listen' and datname = current_database()";

test('a notification reaches the subscribers of its topic on every replica, with its payload', async () => {
  const { db, url } = await testDatabase();
  const heard: unknown[] = [];
  const replicas = [listenTo(url), listenTo(url)];
  for (const [replica, { listener }] of replicas.entries()) {
    listener.subscribe('tasks', (payload) => heard.push([replica, 'tasks', payload]));
    listener.subscribe('agents', (payload) => heard.push([replica, 'agents', payload]));
  }
  await until(() => replicas.every(({ seen }) => seen.connections === 1));
  const notifier = openNotifier(db);
  notifier.notify('tasks');
  notifier.notify('agents', 'two\nlines');
  notifier.notify('nobody listens');
  await until(() => heard.length === 4);
  expect(heard.sort()).toEqual([
    [0, 'agents', 'two\nlines'],
    [0, 'tasks', undefined],
    [1, 'agents', 'two\nlines'],
    [1, 'tasks', undefined],
  ]);
  await notifier.close();
});

test('many hints become few notifications', async () => {
  const { db, url } = await testDatabase();
  const { listener, seen } = listenTo(url);
  let heard = 0;
  listener.subscribe('tasks', () => heard++);
  await until(() => seen.connections);
  const notifier = openNotifier(db);
  for (let n = 0; n < 1000; n++) notifier.notify('tasks');
  await notifier.close();
  notifier.notify('tasks');
  await notifier.close();
  await until(() => heard === 2);
});

test('a hint that cannot be sent is dropped, and the next one works', async () => {
  const { db, url } = await testDatabase();
  const { listener, seen } = listenTo(url);
  let heard = 0;
  listener.subscribe('tasks', () => heard++);
  await until(() => seen.connections);
  const notifier = openNotifier(db);
  notifier.notify('tasks', 'x'.repeat(9000));
  await notifier.close();
  notifier.notify('tasks');
  await until(() => heard === 1);
});

test('a subscription can be ended, and a subscriber that throws disturbs nobody', async () => {
  const { db, url } = await testDatabase();
  const { listener, seen } = listenTo(url);
  const heard: string[] = [];
  const end = listener.subscribe('tasks', () => heard.push('ended'));
  listener.subscribe('tasks', () => {
    throw new Error('defect');
  });
  listener.subscribe('tasks', () => heard.push('kept'));
  await until(() => seen.connections);
  end();
  await db.query("select pg_notify('whoosh', 'tasks')");
  await until(() => heard.length);
  expect(heard).toEqual(['kept']);
});

test('a killed connection is opened again and says so', async () => {
  const { db, url } = await testDatabase();
  const { listener, seen } = listenTo(url);
  let heard = 0;
  listener.subscribe('tasks', () => heard++);
  await until(() => seen.connections === 1);
  await db.query(`select pg_terminate_backend(pid) from (${listeningBackend}) listening`);
  await until(() => seen.connections === 2);
  await db.query("select pg_notify('whoosh', 'tasks')");
  await until(() => heard === 1);
});

test('a server that is away at the start is waited for', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const { listener, seen } = listenTo(proxy.url);
  expect(listener.roundTripMs).toBeNull();
  proxy.up();
  await until(() => seen.connections === 1);
  expect(listener.roundTripMs).toBeGreaterThan(0);
});

test('a half-open connection is found by the trial and replaced', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const { listener, seen } = listenTo(proxy.url, { pingEveryMs: 20, limitMs: 200 });
  await until(() => seen.connections === 1);
  proxy.freeze();
  await until(() => seen.connections === 2);
  expect(listener.roundTripMs).toBeLessThan(200);
});

test('closing ends the connection and the attempts to reconnect', async () => {
  const { db, url } = await testDatabase();
  const { listener, seen } = listenTo(url);
  await until(() => seen.connections);
  await listener.close();
  await until(async () => (await db.query(listeningBackend)).length === 0);

  const proxy = await tcpProxy(url);
  proxy.down();
  await listenTo(proxy.url).listener.close();
});
