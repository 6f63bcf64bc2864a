import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { promtool } from '../../test/support/promtool.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { readConfig } from '../config.ts';
import type { Context } from '../context.ts';
import type { PoolDb } from '../db/pool.ts';
import { INSTRUMENTS } from '../metrics/instruments.ts';
import { openMetrics } from '../metrics/metrics.ts';
import { toOpenMetrics } from '../metrics/to-open-metrics.ts';
import { prefersOpenMetrics } from './prefers-open-metrics.ts';

/** As Prometheus 2.42 asks. */
const PROMETHEUS = 'application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

/** A replica's metrics with something counted in every instrument that has no source. */
function everything() {
  const metrics = openMetrics();
  for (const [name, { kind, labels }] of Object.entries(INSTRUMENTS)) {
    const values = Object.fromEntries(Object.keys(labels).map((label) => [label, 'a "quoted" \\ value\n']));
    const instrument = metrics[name as keyof typeof INSTRUMENTS] as unknown as Record<
      string,
      (...args: unknown[]) => void
    >;
    instrument[{ counter: 'inc', gauge: 'set', histogram: 'observe' }[kind]]!(values, 1.5);
  }
  return metrics;
}

test('promtool finds nothing to say about anything that is measured, the process included [S20]', async (context) => {
  const text = await everything().render();
  for (const name of Object.keys(INSTRUMENTS)) expect(text).toContain(`\n# TYPE whoosh_${name} `);
  expect(text).toContain('\nwhoosh_process_resident_memory_bytes ');
  expect(await promtool(context, ['check', 'metrics'], text)).toEqual({ code: 0, said: '' });
});

test('as OpenMetrics, Prometheus reads every line of it [S20]', async (context) => {
  const folder = await testFolder();
  const text = toOpenMetrics(await everything().render());
  expect(text).toContain('\n# TYPE whoosh_attempts counter\nwhoosh_attempts_total{');
  expect(text).toMatch(/[^\n]\n# EOF\n$/);
  // The one command of promtool that reads this format wants a time on every line.
  const timed = text.replace(/^([^#\n].*)$/gm, '$1 1700000000');
  await writeFile(join(folder, 'metrics'), timed);
  const said = await promtool(context, ['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'metrics'), folder]);
  expect(said).toMatchObject({ code: 0, said: expect.not.stringContaining('err') });
});

test('the same counters are in both formats, whoever asked before [S20]', async () => {
  const { app } = await testApp();
  for (const accept of [PROMETHEUS, 'text/plain', PROMETHEUS, undefined]) {
    const answer = await app.inject({ url: '/api/metrics', headers: accept === undefined ? {} : { accept } });
    const open = accept === PROMETHEUS;
    expect(answer.headers['content-type']).toContain(
      open ? 'application/openmetrics-text; version=1.0.0' : 'version=0.0.4',
    );
    expect(answer.body).toContain(
      `# TYPE whoosh_zombie_reports${open ? '' : '_total'} counter\nwhoosh_zombie_reports_total 0\n`,
    );
  }
});

test.each([
  [PROMETHEUS, true],
  ['application/openmetrics-text', true],
  ['text/plain;q=0.9, application/openmetrics-text; Q=0.8', false],
  ['application/openmetrics-text;q=0', false],
  ['*/*', false],
  ['', false],
])('Accept: %s', (accept, open) => {
  expect(prefersOpenMetrics(accept)).toBe(open);
});

test('with METRICS_TOKEN set, only who sends it reads the metrics', async () => {
  const config = readConfig({ METRICS_TOKEN: 'a-token-of-16-and-more' });
  const { app, as } = await testApp({ context: { config } });
  const ask = (authorization?: string) =>
    app.inject({ url: '/api/metrics', headers: authorization === undefined ? {} : { authorization } });
  const { authorization: key } = await as('admin');
  for (const wrong of [undefined, 'Bearer a-token-of-16-and-mor', 'Basic a-token-of-16-and-more', key]) {
    const refused = await ask(wrong);
    expect(refused.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  }
  expect((await ask('Bearer a-token-of-16-and-more')).statusCode).toBe(200);
});

test('whoever guesses METRICS_TOKEN is stopped, and Prometheus at the same address is not', async () => {
  const config = readConfig({ METRICS_TOKEN: 'a-token-of-16-and-more', RATE_LIMIT_FAILED_AUTH: '5' });
  const { app } = await testApp({ context: { config } });
  const ask = async (token: string) =>
    (await app.inject({ url: '/api/metrics', headers: { authorization: `Bearer ${token}` } })).statusCode;
  expect(await ask('a-token-of-16-and-more')).toBe(200);
  for (let i = 0; i < 5; i++) expect(await ask(`guess-${i}`)).toBe(401);
  expect([await ask('guess-5'), await ask('a-token-of-16-and-more')]).toEqual([429, 200]);
});

test('while the database is silent, and while the replica starts or drains, what can be told is told, within a second', async () => {
  const never = <T>() => new Promise<T>(() => {});
  const stats = () => ({ size: 3, idle: 1, waiting: 7, limit: 25 });
  const db = { query: never, transaction: never, ping: never, stats } as unknown as PoolDb;
  const states: Partial<Context>[] = [
    {},
    { isStarted: () => false },
    { isLeaving: () => true, isDraining: () => true },
  ];
  for (const state of states) {
    const { app } = await testApp({ context: { db, control: db, ...state } });
    const start = performance.now();
    const { statusCode, body } = await app.inject('/api/metrics');
    expect(performance.now() - start).toBeLessThan(1000);
    expect(statusCode).toBe(200);
    expect(body).toContain('whoosh_db_pool_connections{pool="api",state="used"} 2\n');
    expect(body).toContain('whoosh_db_pool_waiting{pool="control"} 7\n');
    expect(body).toContain('whoosh_db_pool_limit{pool="api"} 25\n');
    const told = Object.entries(INSTRUMENTS).flatMap(([name, instrument]) => ('fleet' in instrument ? [name] : []));
    expect(told.filter((name) => new RegExp(`^whoosh_${name}[ {]`, 'm').test(body))).toEqual([]);
  }
});

test('nobody can make up labels: unknown paths are one route, and of many agents only the first 200 have names', async () => {
  const { app, context } = await testApp();
  await Promise.all(Array.from({ length: 30 }, (_, at) => app.inject(`/nothing/${at}?q=${at}`)));
  await app.inject('/api/v1/projects/one');
  const { metrics } = context;
  for (let at = 0; at < 300; at++) {
    metrics.outbound_http_errors_total.inc({ agent: metrics.agentLabel(`agent-${at}`), kind: 'transport' });
  }
  const text = await metrics.render();
  expect(text).toContain('whoosh_http_request_duration_seconds_count{method="GET",route="unknown",status="4xx"} 30\n');
  expect(text).toContain('{method="GET",route="/api/v1/projects/:project",status="4xx"} 1\n');
  expect(text).not.toContain('/nothing');
  expect(text.match(/^whoosh_outbound_http_errors_total/gm)).toHaveLength(201);
  expect(text).toContain('whoosh_outbound_http_errors_total{agent="other",kind="transport"} 100\n');
});

test('of two sources of one measurement the second is refused, for only one of them could be told', () => {
  const metrics = openMetrics();
  metrics.addSource(['alerts'], () => ({}));
  expect(() => metrics.addSource(['agents', 'alerts'], () => ({}))).toThrow('alerts has a source already');
});
