import { expect, onTestFinished, test, vi } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { testDatabase } from '../../test/support/database.ts';
import { IDLE_COORDINATOR } from '../../test/support/idle-coordinator.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { testPool } from '../../test/support/pool.ts';
import { until } from '../../test/support/until.ts';
import type { Context } from '../context.ts';
import { openHealth } from './health.ts';
import type { Load } from './load.ts';

const coordinator = { ...IDLE_COORDINATOR, notify_round_trip_ms: 1 };
const well: Partial<Context> = { coordinatorHealth: async () => coordinator };

async function ask(app: Awaited<ReturnType<typeof testApp>>['app']) {
  const start = performance.now();
  const answer = await app.inject('/health');
  return { ms: performance.now() - start, code: answer.statusCode, ...answer.json() };
}

test('while somebody locks the table of agents the page comes within a second, and takes one connection at most [S11]', async () => {
  const { app, url } = await testApp({ context: well });
  const other = testPool(url, { max: 1, queryTimeoutMs: 60_000 });
  const slow = { status: 'degraded', detail: 'It did not answer within 0.5 s.' };
  // The first request compiles what all others use.
  await app.inject('/livez');
  await other.transaction(async (trx) => {
    await trx.query('lock table agents in access exclusive mode');
    for (let again = 0; again < 3; again++) {
      const { ms, code, components } = await ask(app);
      expect(ms).toBeLessThan(1000);
      expect(code).toBe(503);
      expect(components).toMatchObject({ database: { status: 'operational' }, agents: slow });
      // Past what is kept of an answer, so that the next one looks anew.
      await until(async () => (await ask(app)).timestamp !== components.timestamp);
    }
    const [row] = await trx.query<{ waiting: number }>(
      `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(row!.waiting).toBe(1);
  });
  await until(async () => (await ask(app)).code === 200);
});

test('with every connection in use the page comes within a second and says so; it recovers [S10] [S11]', async () => {
  const { url } = await testDatabase();
  const db = testPool(url, { max: 2, connectTimeoutMs: 5000, queryTimeoutMs: 60_000 });
  const { app } = await testApp({ context: { ...well, db } });
  await app.inject('/livez');
  const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
  onTestFinished(() => end());
  const held = [0, 1].map(() => db.transaction(async () => mayEnd));
  const { ms, code, components } = await ask(app);
  expect(ms).toBeLessThan(1000);
  expect(code).toBe(503);
  expect(components.database).toMatchObject({
    status: 'degraded',
    pool: { idle: 0, limit: 2, waiting: expect.any(Number) },
  });
  end();
  await Promise.all(held);
  await until(async () => (await ask(app)).code === 200);
});

test('a replica that was held up for longer than the page may take, or whose clock jumps, is not ill for that [S11]', async () => {
  const { app, context } = await testApp({ context: well });
  const look = openHealth(context, { problem: () => null } as Load);
  await look();
  const asked = look();
  // Its questions are on their way; the answers will wait in the socket.
  await new Promise((resolve) => setImmediate(resolve));
  const start = performance.now();
  while (performance.now() - start < 900);
  expect((await asked).status).toBe('healthy');
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  for (const year of [1999, 2099]) {
    vi.setSystemTime(new Date(`${year}-01-01T00:00:00Z`));
    await until(async () => (await ask(app)).timestamp.startsWith(String(year)));
    expect((await ask(app)).code).toBe(200);
  }
});

test('what somebody else wrote, as hosts and tables in an error, is in the log and not on the page', async () => {
  const { log, lines } = logLines();
  const coordinatorHealth = () => Promise.reject(new Error('connect ECONNREFUSED db1.internal:5432 as whoosh'));
  const { app } = await testApp({ context: { coordinatorHealth, log } });
  const { components, ...page } = await ask(app);
  expect(components.coordinator).toEqual({
    status: 'degraded',
    detail: 'It could not be looked at; the log says why.',
  });
  expect(JSON.stringify(page)).not.toContain('internal');
  expect(JSON.stringify(lines())).toContain('db1.internal');
});

test('before the schema is there the page says that the replica starts, and the log has no errors', async () => {
  const { log, lines } = logLines();
  const missing = new Error('relation "agents" does not exist');
  const coordinatorHealth = () => Promise.reject(missing);
  const { app } = await testApp({ context: { coordinatorHealth, log, isStarted: () => false } });
  const { code, components } = await ask(app);
  expect(code).toBe(503);
  const starting = { status: 'degraded', detail: 'This replica is starting.' };
  expect(components).toMatchObject({ database: { status: 'operational' }, coordinator: starting, agents: starting });
  expect(lines().filter(({ level }) => level === 'error')).toEqual([]);
});
