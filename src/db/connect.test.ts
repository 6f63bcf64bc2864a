import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { ConfigError } from '../config.ts';
import { createLog } from '../lib/log.ts';
import { type DatabaseSettings, openDatabase } from './connect.ts';

const SETTINGS = {
  dbPoolSize: 4,
  dbMaxOverflow: 4,
  dbPoolRecycleS: 3600,
  dbConnectTimeoutMs: 2000,
  dbQueryTimeoutMs: 5000,
};

function connect(settings: Partial<DatabaseSettings>, signal?: AbortSignal) {
  const lines = new PassThrough({ encoding: 'utf8' });
  let logged = '';
  lines.on('data', (text) => {
    logged += text;
  });
  const log = createLog('info', false, lines);
  const open = async () => {
    const database = openDatabase({ databaseUrl: undefined, ...SETTINGS, ...settings }, log);
    onTestFinished(() => database.close());
    await database.untilUsable(signal);
    return database;
  };
  const connected = open();
  return { connected, logged: () => logged };
}

test('a replica keeps to its budget: four connections for control, one for LISTEN, the rest for the API', async () => {
  const { url } = await testDatabase();
  const { api, control } = await connect({ databaseUrl: url }).connected;
  await Promise.all(Array.from({ length: 20 }, () => api.query('select pg_sleep(0.01)')));
  await Promise.all(Array.from({ length: 20 }, () => control.query('select pg_sleep(0.01)')));
  expect({ api: api.stats().size, control: control.stats().size }).toEqual({ api: 3, control: 4 });
});

test('control answers while the API has used up its connections', async () => {
  const { url } = await testDatabase();
  const { api, control } = await connect({ databaseUrl: url }).connected;
  const busy = Promise.all(Array.from({ length: 8 }, () => api.query('select pg_sleep(0.2)')));
  await until(() => api.stats().waiting > 0);
  expect(await control.query('select 1 as one')).toEqual([{ one: 1 }]);
  expect(api.stats().waiting).toBeGreaterThan(0);
  await busy;
});

test('a replica that starts before PostgreSQL waits for it and says so [DB9]', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const { connected, logged } = connect({ databaseUrl: proxy.url });
  await until(() => logged().split('Waiting for PostgreSQL').length > 2);
  proxy.up();
  expect(await (await connected).api.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('the log of a wait names the reason and no password', async () => {
  const { url } = await testDatabase();
  const databaseUrl = Object.assign(new URL(url), { username: 'stranger', password: 'hunter2' }).href;
  const stop = new AbortController();
  const { connected, logged } = connect({ databaseUrl }, stop.signal);
  await until(() => logged().includes('Waiting for PostgreSQL'));
  stop.abort();
  await expect(connected).rejects.toMatchObject({ name: 'AbortError' });
  expect(logged()).toContain('stranger');
  expect(logged()).not.toContain('hunter2');
});

test('a wait for PostgreSQL can be ended', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const stop = new AbortController();
  const { connected, logged } = connect({ databaseUrl: proxy.url }, stop.signal);
  await until(() => logged().includes('Waiting'));
  stop.abort();
  await expect(connected).rejects.toMatchObject({ name: 'AbortError' });
});

test('a budget beyond what the server can give is refused at the start', async () => {
  const { url } = await testDatabase();
  const { connected } = connect({ databaseUrl: url, dbMaxOverflow: 100_000 });
  await expect(connected).rejects.toThrow(ConfigError);
  await expect(connected).rejects.toThrow(/ask for 100004 connections a replica, and PostgreSQL has \d+ for all/);
});

test('a URL that is none is refused at the start, without showing it', async () => {
  const refusal = await connect({ databaseUrl: 'postgres://me:hunter2@host:99999999/x' }).connected.catch(
    (error) => error,
  );
  expect(refusal).toBeInstanceOf(ConfigError);
  expect(refusal.message).toBe('DATABASE_URL is not a usable postgres:// URL');
});
