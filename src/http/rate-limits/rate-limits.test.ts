import { expect, test } from 'vitest';
import { type TestApp, testApp } from '../../../test/support/app.ts';
import { enrol } from '../../../test/support/enrolled-runner.ts';
import { listen } from '../../../test/support/event-reader.ts';
import { until } from '../../../test/support/until.ts';
import { readConfig } from '../../config.ts';
import { mintToken } from '../../lib/token.ts';

const limited = (settings: Record<string, string>, beside?: TestApp) =>
  testApp({ context: { config: readConfig(settings) }, ...(beside && { beside }) });

/** Statuses of requests one after the other. */
async function statuses(
  { app }: TestApp,
  times: number,
  headers: Record<string, string> = {},
  url = '/api/v1/projects',
) {
  const found: number[] = [];
  for (let i = 0; i < times; i++) found.push((await app.inject({ url, headers })).statusCode);
  return found;
}

const wrongKey = () => ({ authorization: `Bearer ${mintToken('whk', crypto.randomUUID()).token}` });

test('an address has 100 requests a minute without a credential, whatever it asks for, and is told when to come again [S28]', async () => {
  const whoosh = await limited({});
  const known = await whoosh.as('viewer');
  expect(new Set(await statuses(whoosh, 60))).toEqual(new Set([401]));
  expect(new Set(await statuses(whoosh, 20, {}, '/nowhere'))).toEqual(new Set([404]));
  expect(new Set(await statuses(whoosh, 20, { authorization: 'Bearer nonsense' }))).toEqual(new Set([401]));
  const answer = await whoosh.app.inject('/api/openapi.json');
  expect(answer.json()).toMatchObject({
    status: 429,
    code: 'rate_limited',
    detail: expect.stringContaining('100 requests'),
  });
  const { 'retry-after': retryAfter, ...headers } = answer.headers;
  expect(Number(retryAfter)).toBeGreaterThan(50);
  expect(headers).toMatchObject({
    'ratelimit-limit': '100',
    'ratelimit-remaining': '0',
    'ratelimit-reset': retryAfter,
  });
  expect(await statuses(whoosh, 2, known)).toEqual([200, 200]);
  for (const probe of ['/livez', '/readyz', '/startupz', '/health', '/api/health'])
    expect(await statuses(whoosh, 1, {}, probe)).not.toContain(429);
});

test('whoever guesses credentials is stopped sooner, and does not lock out who had a right one', async () => {
  const whoosh = await limited({ RATE_LIMIT_FAILED_AUTH: '5' });
  const known = await whoosh.as('viewer');
  expect(await statuses(whoosh, 1, known)).toEqual([200]);
  for (let i = 0; i < 5; i++) expect(await statuses(whoosh, 1, wrongKey())).toEqual([401]);
  expect(await statuses(whoosh, 1, wrongKey())).toEqual([429]);
  // It is looked up again, as after 5 s.
  whoosh.context.notify('credentials');
  expect(await statuses(whoosh, 2, known)).toEqual([200, 200]);
  expect(await statuses(whoosh, 1, await whoosh.as('viewer'))).toEqual([429]);
});

test('keys, runners and attempts have budgets of their own', async () => {
  const whoosh = await limited({ RATE_LIMIT_KEYS: '3', RATE_LIMIT_RUNNERS: '4' });
  const [one, other] = [await whoosh.as('viewer'), await whoosh.as('viewer')];
  expect(await statuses(whoosh, 4, one)).toEqual([200, 200, 200, 429]);
  expect(await statuses(whoosh, 1, other)).toEqual([200]);
  const runner = await enrol(whoosh, await whoosh.as('admin'));
  const poll = await statuses(whoosh, 5, runner.headers);
  expect(poll).toEqual([403, 403, 403, 403, 429]);
  const metrics = await whoosh.context.metrics.render();
  expect(metrics).toContain('whoosh_rate_limited_total{budget="keys"} 1');
  expect(metrics).toContain('whoosh_rate_limited_total{budget="runners"} 1');
});

test('0 switches a limit off', async () => {
  const whoosh = await limited({ RATE_LIMIT_ANONYMOUS: '0' });
  expect(new Set(await statuses(whoosh, 150))).toEqual(new Set([401]));
});

test('an address that a client makes up changes nothing; one that a trusted proxy names counts', async () => {
  const direct = await limited({ RATE_LIMIT_ANONYMOUS: '2' });
  const spoof = (n: number) => ({ 'x-forwarded-for': `198.51.100.${n}` });
  expect(await statuses(direct, 2, spoof(1))).toEqual([401, 401]);
  expect(await statuses(direct, 1, spoof(2))).toEqual([429]);
  const behind = await limited({ RATE_LIMIT_ANONYMOUS: '2', TRUSTED_PROXY_HOPS: '1' });
  expect(await statuses(behind, 3, spoof(1))).toEqual([401, 401, 429]);
  expect(await statuses(behind, 1, spoof(2))).toEqual([401]);
  // What stands before the proxy's own entry was written by the client.
  expect(await statuses(behind, 1, { 'x-forwarded-for': '203.0.113.9, 198.51.100.1' })).toEqual([429]);
});

test('replicas count strangers together, by one small statement a second', async () => {
  const one = await limited({ RATE_LIMIT_ANONYMOUS: '40' });
  const other = await limited({ RATE_LIMIT_ANONYMOUS: '40' }, one);
  await Promise.all([listen(one.app), listen(other.app)]);
  expect(new Set(await statuses(one, 40))).toEqual(new Set([401]));
  // Less than its own limit: what refuses it is what the other one has admitted.
  expect(new Set(await statuses(other, 10))).toEqual(new Set([401]));
  const total = async () => (await one.db.query<{ count: number }>('select count from rate_counts'))[0]?.count;
  await until(async () => (await total()) === 50);
  let admitted = 10;
  await until(async () => {
    const [status] = await statuses(other, 1);
    if (status === 401) admitted += 1;
    return status === 429;
  });
  expect(admitted).toBeLessThan(40);
});

test('without the database each replica counts for itself', async () => {
  const whoosh = await limited({ RATE_LIMIT_ANONYMOUS: '40' });
  await whoosh.db.query('drop table rate_counts');
  await listen(whoosh.app);
  expect(await statuses(whoosh, 41)).toEqual([...Array(40).fill(401), 429]);
});

test('tokens of attempts that have ended do not lock out whose credentials are right', async () => {
  const whoosh = await limited({ RATE_LIMIT_FAILED_AUTH: '2', RATE_LIMIT_ANONYMOUS: '5' });
  const ended = () => ({ authorization: `Bearer ${mintToken('wha', crypto.randomUUID(), 1).token}` });
  for (let i = 0; i < 5; i++) expect(await statuses(whoosh, 1, ended())).toEqual([401]);
  expect(await statuses(whoosh, 1, ended())).toEqual([429]);
  expect(await statuses(whoosh, 1, await whoosh.as('viewer'))).toEqual([200]);
});

test('requests without any credential do not lock out the first one of an attempt', async () => {
  const whoosh = await limited({ RATE_LIMIT_ANONYMOUS: '5' });
  expect(await statuses(whoosh, 6)).toEqual([401, 401, 401, 401, 401, 429]);
  // It is looked up, and ended.
  const { token } = mintToken('wha', crypto.randomUUID(), 1);
  expect(await statuses(whoosh, 1, { authorization: `Bearer ${token}` })).toEqual([401]);
});

test('a program that goes on with a key that has ended locks out nobody beside it, and is a stranger', async () => {
  const whoosh = await limited({ RATE_LIMIT_FAILED_AUTH: '2', RATE_LIMIT_ANONYMOUS: '5' });
  const stale = wrongKey();
  expect(await statuses(whoosh, 7, stale)).toEqual([401, 401, 401, 401, 401, 401, 429]);
  expect(await statuses(whoosh, 1, await whoosh.as('viewer'))).toEqual([200]);
});
