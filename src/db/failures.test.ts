import { expect, test } from 'vitest';
import { testDatabase } from '../../test/support/database.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { testPool } from '../../test/support/pool.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { tcpProxy } from '../../test/support/tcp-proxy.ts';
import { until } from '../../test/support/until.ts';
import type { PoolObserver } from './pool-observer.ts';

function observer() {
  const waits: number[] = [];
  const failures: string[] = [];
  const observe: PoolObserver = { waited: (ms) => waits.push(ms), failed: (kind) => failures.push(kind) };
  return { waits, failures, observe };
}

test('whoever measures a pool is told how long each caller waited, and why callers were refused [S6]', async () => {
  const { url } = await testDatabase();
  const { waits, failures, observe } = observer();
  const pool = testPool(url, { max: 1, connectTimeoutMs: 300, queryTimeoutMs: 1000, observe });
  await pool.query('select 1');
  expect(pool.stats()).toEqual({ size: 1, idle: 1, waiting: 0, limit: 1 });
  const busy = pool.query('select pg_sleep(0.5)');
  expect(await refusalOf(pool.query('select 1'))).toMatchObject({ code: 'unavailable' });
  await busy;
  expect(await refusalOf(pool.query('select pg_sleep(5)'))).toMatchObject({ code: 'unavailable' });
  expect(failures).toEqual(['full', 'slow']);
  expect(waits).toHaveLength(4);
  expect(Math.max(...waits)).toBeGreaterThanOrEqual(295);
});

test('what callers do wrong is no failure of the database', async () => {
  const { url } = await testDatabase();
  const { failures, observe } = observer();
  const { log, lines } = logLines();
  await expect(testPool(url, { observe }, log).query('select 1 / 0')).rejects.toThrow('division by zero');
  expect({ failures, lines: lines() }).toEqual({ failures: [], lines: [] });
});

test('an outage stands in the log as "database connection error" with pool and reason, once a second at most [S6]', async () => {
  const { url } = await testDatabase();
  const proxy = await tcpProxy(url);
  proxy.down();
  const { failures, observe } = observer();
  const { log, lines } = logLines();
  const pool = testPool(proxy.url, { observe }, log);
  const start = performance.now();
  await Promise.all(Array.from({ length: 200 }, () => refusalOf(pool.query('select 1'))));
  const seconds = (performance.now() - start) / 1000;
  expect(failures).toEqual(Array(200).fill('away'));
  expect(lines().length).toBeLessThanOrEqual(1 + seconds);
  expect(lines()[0]).toMatchObject(outage('pool under test'));
  await until(async () => {
    await refusalOf(pool.query('select 1'));
    return lines().length > 1 + seconds;
  });
});

const outage = (pool: string) => ({
  level: 'warn',
  msg: 'database connection error',
  pool,
  kind: 'away',
  reason: expect.stringMatching(/ECONNREFUSED|Connection terminated/),
});

test('an idle connection that is lost is told and logged, though no request saw it [S4]', async () => {
  const { db, url } = await testDatabase();
  const { failures, observe } = observer();
  const { log, lines } = logLines();
  const pool = testPool(url, { observe }, log);
  await pool.query('select 1');
  await db.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pool under test'");
  await until(() => failures.length);
  expect(lines()).toMatchObject([
    { msg: 'database connection error', reason: expect.stringContaining('administrator') },
  ]);
  expect(await pool.query('select 1 as one')).toEqual([{ one: 1 }]);
});
