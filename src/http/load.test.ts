import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { listen } from '../../test/support/event-reader.ts';
import { until } from '../../test/support/until.ts';
import type { PoolDb } from '../db/pool.ts';
import { openGauges, watchLoad } from './load.ts';

function watch() {
  const gauges = { loopDelayMs: 0, poolWaitMs: 0 };
  const load = watchLoad({
    loopDelayMs: () => gauges.loopDelayMs,
    poolWaitMs: () => gauges.poolWaitMs,
    close() {},
  });
  onTestFinished(load.close);
  const shed = () => (['list', 'submit', 'log'] as const).filter(load.sheds);
  return { gauges, load, shed };
}

test('under load, lists are refused first, then submissions, then logs; and the other way round when it ends [A7]', () => {
  const { gauges, load, shed } = watch();
  const look = () => {
    load.look();
    return shed();
  };
  expect(look()).toEqual([]);
  gauges.loopDelayMs = 251;
  expect(look()).toEqual(['list']);
  expect(load.problem(), 'a pause of one second is no illness').toBeNull();
  expect([look(), look(), look()]).toEqual([
    ['list', 'submit'],
    ['list', 'submit', 'log'],
    ['list', 'submit', 'log'],
  ]);
  expect(load.problem()).toBe('the event loop was held up for 251 ms (limit 250 ms)');
  gauges.loopDelayMs = 0;
  expect(look()).toEqual(['list', 'submit']);
  expect(load.problem(), 'it is not over yet').toMatch(/held up for 251 ms/);
  expect([look(), look()]).toEqual([['list'], []]);
  expect(load.problem()).toBeNull();
});

test('waiting over a second for a connection is overload', () => {
  const { gauges, load, shed } = watch();
  gauges.poolWaitMs = 1000;
  load.look();
  expect(shed()).toEqual([]);
  gauges.poolWaitMs = 1001;
  load.look();
  expect(shed()).toEqual(['list']);
  load.look();
  expect(load.problem()).toBe('requests wait 1001 ms for a database connection (limit 1000 ms)');
});

test('a server whose event loop was held up refuses lists, says so, and recovers; the rest is served', async () => {
  const { app, as } = await testApp();
  const headers = await as('viewer');
  await listen(app);
  const list = () => app.inject({ url: '/api/v1/projects', headers });
  const refused = await until(async () => {
    holdUp(400);
    const answer = await list();
    return answer.statusCode === 503 ? answer : undefined;
  });
  expect(refused.headers['retry-after']).toBe('2');
  expect(refused.json()).toMatchObject({ code: 'unavailable', detail: expect.stringContaining('overloaded') });
  expect((await app.inject({ url: '/api/v1/projects/default', headers })).statusCode).toBe(200);
  await until(async () => (await list()).statusCode === 200);
});

test('an overloaded server says so, and stays ready: a balancer that looked away would cost heartbeats and outcomes [A7]', async () => {
  const { app } = await testApp();
  await listen(app);
  await until(async () => {
    holdUp(400);
    const { components } = (await app.inject('/health')).json();
    return /held up for/.test(components.api.detail);
  });
  expect((await app.inject('/readyz')).json()).toEqual({ status: 'ready' });
});

function holdUp(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

test('the wait for a connection is measured by a probe in the same queue, and only when there is one', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let waiting = 0;
  let probes = 0;
  const query = () => {
    probes += 1;
    return answered;
  };
  const gauges = openGauges({ query, stats: () => ({ waiting }) } as unknown as PoolDb);
  onTestFinished(gauges.close);
  expect([gauges.poolWaitMs(), probes]).toEqual([0, 0]);
  waiting = 3;
  gauges.poolWaitMs();
  await until(() => gauges.poolWaitMs() > 20);
  expect(probes).toBe(1);
  answer();
  waiting = 0;
  await until(() => gauges.poolWaitMs() === 0);
});
