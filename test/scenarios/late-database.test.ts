import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { startServer } from '../../src/main.ts';
import { untilBlocked } from '../support/blocked.ts';
import { emptyDatabase, testDatabase } from '../support/database.ts';
import { logLines } from '../support/log-lines.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { testFolder } from '../support/test-folder.ts';
import { until } from '../support/until.ts';

async function start(DATABASE_URL: string) {
  const { log, lines } = logLines();
  const WHOOSH_DATA_DIR = await testFolder();
  const env = { DATABASE_URL, WHOOSH_DATA_DIR, WHOOSH_PORT: '0', WHOOSH_LOCAL_RUNNER: 'off' };
  const starting = startServer(readConfig(env), log);
  onTestFinished(async () => (await starting).stop({ atOnce: true }));
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(JSON.stringify(lines()))?.[0]);
  const keyFile = join(WHOOSH_DATA_DIR, 'admin.key');
  const status = async (path: string) => {
    const key = await readFile(keyFile, 'utf8').catch(() => ''); // There is none before the database was there.
    return (await fetch(url + path, { headers: { authorization: `Bearer ${key.trim()}` } })).status;
  };
  const statuses = () => Promise.all(['/livez', '/startupz', '/readyz', '/api/v1/tasks'].map(status));
  const waits = () => lines().filter(({ msg }) => msg === 'Waiting for PostgreSQL').length;
  return { starting, statuses, waits };
}

const [WAITING, SERVING] = [
  [200, 503, 503, 503],
  [200, 200, 200, 200],
];

test('a server that starts before PostgreSQL waits for it, says so, and serves as soon as it is there [DB9] [S5]', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  proxy.down();
  const { starting, statuses } = await start(proxy.url);
  expect(await statuses()).toEqual(WAITING);
  proxy.up();
  await starting;
  expect(await statuses()).toEqual(SERVING);
});

test('a database that goes away in the middle of a start is waited for as well [S5]', async () => {
  const { db, url } = await testDatabase();
  const proxy = await tcpProxy(url);
  const locked = Promise.withResolvers<void>();
  const held = db.transaction(async (trx) => {
    await trx.query('lock table api_keys in access exclusive mode');
    await locked.promise;
  });
  const { starting, statuses, waits } = await start(proxy.url);
  await untilBlocked(db); // At the admin key: the schema is there.
  proxy.down();
  locked.resolve();
  await held;
  await until(() => waits() > 1);
  expect(await statuses()).toEqual(WAITING);
  proxy.up();
  await starting;
  expect(await statuses()).toEqual(SERVING);
});

test('a server brings its schema up to date before it serves [S7]', async () => {
  const { db, url } = await emptyDatabase();
  const { starting, statuses } = await start(url);
  await starting;
  expect(await statuses()).toEqual(SERVING);
  expect(await db.query('select from schema_migration where name like $1', ['0001%'])).toHaveLength(1);
});

test('an outage is survived: requests are refused as unavailable, and served when PostgreSQL is back [DB9] [S5]', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  const { starting, statuses } = await start(proxy.url);
  await starting;
  proxy.down();
  await until(async () => (await statuses()).join() === '200,200,503,503');
  proxy.up();
  await until(async () => (await statuses()).join() === SERVING.join());
});
