import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { IDLE_COORDINATOR } from '../../test/support/idle-coordinator.ts';
import type { Context } from '../context.ts';
import type { PoolDb } from '../db/pool.ts';
import { AppError } from '../errors.ts';

const coordinator = { ...IDLE_COORDINATOR, notify_round_trip_ms: 1 };
const well: Partial<Context> = { coordinatorHealth: async () => coordinator };

const never = <T>() => new Promise<T>(() => {});
/** A database that takes every question and answers none. */
const silent = { query: never, transaction: never, ping: never, stats: () => ({}) } as unknown as PoolDb;
const away = new AppError('unavailable', 'The database cannot be reached now. Try again.');
const absent = {
  query: () => Promise.reject(away),
  transaction: () => Promise.reject(away),
  ping: () => Promise.reject(away),
  stats: () => ({}),
} as unknown as PoolDb;

test('when all is well every component is operational [A8]', async () => {
  const { app } = await testApp({ context: well });
  for (const url of ['/health', '/api/health']) {
    const answer = await app.inject(url);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({
      status: 'healthy',
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      timestamp: expect.stringMatching(/Z$/),
      components: {
        api: { status: 'operational' },
        database: { status: 'operational', round_trip_ms: expect.any(Number), pool: expect.any(Object) },
        coordinator: { status: 'operational', ...(({ problem: _, ...facts }) => facts)(coordinator) },
        agents: { status: 'operational', total: 0, online: 0 },
        event_stream: { status: 'operational', notify_round_trip_ms: 1 },
      },
    });
  }
});

test('a database that hangs or is away makes the page say so within a second, and the process stays alive [A8]', async () => {
  for (const db of [silent, absent]) {
    const { app } = await testApp({ context: { ...well, db, control: db } });
    const start = performance.now();
    const answer = await app.inject('/health');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(answer.statusCode).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.json()).toMatchObject({
      status: 'degraded',
      components: {
        api: { status: 'operational' },
        database: { status: 'degraded', detail: expect.any(String) },
        agents: { status: 'degraded' },
        coordinator: { status: 'operational' },
      },
    });
    expect((await app.inject('/livez')).json()).toEqual({ status: 'ok' });
  }
});

test('a coordinator that is ill, throws or hangs degrades its component only', async () => {
  const ills: Context['coordinatorHealth'][] = [
    async () => ({ ...coordinator, orphan_tasks: 2, problem: 'Two tasks wait for nothing.' }),
    async () => Promise.reject(new Error('defect')),
    () => never(),
  ];
  for (const coordinatorHealth of ills) {
    const { app } = await testApp({ context: { coordinatorHealth } });
    const { components } = (await app.inject('/health')).json();
    expect(components).toMatchObject({
      database: { status: 'operational' },
      coordinator: { status: 'degraded', detail: expect.any(String) },
    });
  }
});

test('work that waits for over a minute while no agent is online is an illness [A8]', async () => {
  const { app, db } = await testApp({ context: well });
  await db.query(
    `insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
       max_attempts, backoff_base_ms, backoff_cap_ms)
     values (gen_random_uuid(), gen_random_uuid(), 1, 'queued', true, 5, 1, now() - interval '2 minutes', false, 3, 0, 0)`,
  );
  expect((await app.inject('/health')).json().components.agents).toEqual({
    status: 'degraded',
    detail: 'Work waits and none of 0 agents is online.',
    total: 0,
    online: 0,
  });
});

test('however often the page is asked for, the database is asked once', async () => {
  let asked = 0;
  const counting = async () => {
    asked += 1;
    return coordinator;
  };
  const { app } = await testApp({ context: { coordinatorHealth: counting } });
  await Promise.all(Array.from({ length: 50 }, () => app.inject('/health')));
  expect(asked).toBe(1);
});

test('a replica is ready until it is asked to stop [A9]', async () => {
  let leaving = false;
  const { app } = await testApp({ context: { isLeaving: () => leaving } });
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
  expect((await app.inject('/startupz')).json()).toEqual({ status: 'ok' });
  leaving = true;
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toEqual({ status: 'not_ready', detail: 'This replica is shutting down.' });
});

test('a replica whose database is away, or whose schema is older than it, is not ready', async () => {
  const cut = await testApp({ context: { db: absent } });
  expect((await cut.app.inject('/readyz')).json()).toEqual({
    status: 'not_ready',
    detail: 'The database cannot be reached now. Try again.',
  });
  const old = await testApp();
  await old.db.query(`delete from schema_migration where name like '0005%'`);
  expect((await old.app.inject('/readyz')).json()).toEqual({
    status: 'not_ready',
    detail: 'The schema lacks 0005_events: run whoosh db migrate.',
  });
});
