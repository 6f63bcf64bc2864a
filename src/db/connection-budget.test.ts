import { expect, onTestFinished, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { until } from '../../test/support/until.ts';
import { readConfig } from '../config.ts';
import { createLog } from '../lib/log.ts';
import { openDatabase } from './connect.ts';
import { Listener } from './listener.ts';

const silent = createLog('silent', false);

/** All connections of a replica, as a server opens them. */
async function replica(env: NodeJS.ProcessEnv = {}) {
  const { db, url } = await testDatabase();
  const database = openDatabase(readConfig({ DATABASE_URL: url, ...env }), silent);
  const listener = new Listener({ url, log: silent });
  onTestFinished(async () => void (await Promise.all([listener.close(), database.close()])));
  const counted = () =>
    db.query<{ name: string; n: number }>(
      `select application_name as name, count(*)::int as n from pg_stat_activity
       where datname = current_database() and application_name like 'whoosh %' and application_name not like 'whoosh_test%'
       group by 1 order by 1`,
    );
  const load = (n: number, seconds: number) =>
    Promise.all(
      [database.api, database.control].flatMap((pool) =>
        Array.from({ length: n }, () => pool.query('select pg_sleep($1)', [seconds])),
      ),
    );
  return { counted, load };
}

const counts = (api: number) => [
  { name: 'whoosh api', n: api },
  { name: 'whoosh control', n: 4 },
  { name: 'whoosh listen', n: 1 },
];

test('as it comes, a replica has 30 connections at most and keeps 10 of them, by the count of PostgreSQL [S2]', async () => {
  const { counted, load } = await replica({ DB_OVERFLOW_IDLE_S: '1' });
  let most = 0;
  let done = false;
  const loaded = load(400, 0.02).finally(() => {
    done = true;
  });
  while (!done)
    most = Math.max(
      most,
      (await counted()).reduce((sum, { n }) => sum + n, 0),
    );
  await loaded;
  expect(most).toBe(30);
  await until(async () => (await counted()).every(({ name, n }) => name !== 'whoosh api' || n === 5));
  expect(await counted()).toEqual(counts(5));
});

test('how many connections are kept and opened are settings [S2]', async () => {
  const { counted, load } = await replica({ DB_POOL_SIZE: '7', DB_MAX_OVERFLOW: '1', DB_OVERFLOW_IDLE_S: '1' });
  await load(30, 0.02);
  expect(await counted()).toEqual(counts(3));
  await until(async () => (await counted())[0]?.n === 2);
});
