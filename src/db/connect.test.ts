import pg from 'pg';
import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import { ConfigError, readConfig } from '../config.ts';
import { type DatabaseSettings, openDatabase } from './connect.ts';

const SETTINGS = {
  ...readConfig({}),
  dbPoolSize: 4,
  dbMaxOverflow: 4,
  dbConnectTimeoutMs: 2000,
  dbQueryTimeoutMs: 5000,
};

function connect(settings: Partial<DatabaseSettings>, signal?: AbortSignal) {
  const { log, lines } = logLines();
  const open = async () => {
    const database = openDatabase({ ...SETTINGS, ...settings }, log);
    onTestFinished(() => database.close());
    await database.untilUsable(signal);
    return database;
  };
  const connected = open();
  return { connected, lines, waits: () => lines().filter(({ msg }) => msg === 'Waiting for PostgreSQL') };
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

test('a replica that starts before PostgreSQL waits for it and says so; the pauses are settings [DB9] [S5]', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const { connected, waits } = connect({ databaseUrl: proxy.url, dbRetryBaseMs: 100, dbRetryCapMs: 150 });
  await until(() => waits().length > 4);
  // Doubled from 100, held at 150, times 0.5 to 1.5.
  expect(waits()[0]?.retry_in_ms).toBeLessThanOrEqual(150);
  for (const { retry_in_ms } of waits()) expect(retry_in_ms).toBeLessThanOrEqual(225);
  proxy.up();
  expect(await (await connected).api.query('select 1 as one')).toEqual([{ one: 1 }]);
});

test('the log of a wait names the reason and no password', async () => {
  const { url } = await testDatabase();
  const databaseUrl = Object.assign(new URL(url), { username: 'stranger', password: 'hunter2' }).href;
  const stop = new AbortController();
  const { connected, lines, waits } = connect({ databaseUrl }, stop.signal);
  await until(() => waits().length);
  stop.abort();
  await expect(connected).rejects.toMatchObject({ name: 'AbortError' });
  expect(JSON.stringify(lines())).toContain('stranger');
  expect(JSON.stringify(lines())).not.toContain('hunter2');
});

test('a wait for PostgreSQL can be ended', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const stop = new AbortController();
  const { connected, waits } = connect({ databaseUrl: proxy.url }, stop.signal);
  await until(() => waits().length);
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

test('replicas that may want more connections than PostgreSQL has are told at the start what to change [S6]', async () => {
  const { db, url } = await testDatabase();
  const [{ max } = { max: 0 }] = await db.query<{ max: number }>(
    "select current_setting('max_connections')::int as max",
  );
  const others = Array.from(
    { length: 3 },
    () => new pg.Client({ connectionString: url, application_name: 'whoosh listen' }),
  );
  onTestFinished(async () => void (await Promise.all(others.map((other) => other.end()))));
  await Promise.all(others.map((other) => other.connect()));
  const { connected, lines } = connect({ databaseUrl: url, dbPoolSize: Math.floor(max / 2) });
  await connected;
  expect(lines()).toMatchObject([{ level: 'warn', msg: expect.stringMatching(/\d+ x \d+ for replicas .*Remedy: /) }]);
});

test('a connection is replaced when it is as old as the setting says, by default 3600 s [S3]', async () => {
  const { url } = await testDatabase();
  const { api, control } = await connect({ databaseUrl: url, dbPoolRecycleS: 1 }).connected;
  expect(readConfig({}).dbPoolRecycleS).toBe(3600);
  for (const pool of [api, control]) {
    const pid = async () => (await pool.query('select pg_backend_pid() as pid'))[0]?.pid;
    const first = await pid();
    await until(async () => (await pid()) !== first);
  }
});

test('from which idle time on a connection is tried before a request gets it is a setting [S4]', async () => {
  const { url } = await testDatabase();
  const afterLosingTheRoute = async (dbPrePingAfterMs: number) => {
    const proxy = await tcpProxy(url);
    const { api } = await connect({ databaseUrl: proxy.url, dbPrePingAfterMs, dbQueryTimeoutMs: 500 }).connected;
    proxy.freeze();
    return api.query('select 1 as one').catch((error) => error.code);
  };
  expect(await afterLosingTheRoute(0)).toEqual([{ one: 1 }]);
  expect(await afterLosingTheRoute(3_600_000)).toBe('unavailable');
});
