import { expect, type TestContext, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { httpRunner } from '../support/http-runner.ts';
import { pgBouncer } from '../support/pg-bouncer.ts';
import { runningRunner } from '../support/running-runner.ts';
import { runningServer } from '../support/running-server.ts';
import { until } from '../support/until.ts';

const needs = { capabilities: ['shell'] };

/** Two replicas whose requests share three connections to PostgreSQL. */
async function pooledReplicas(context: TestContext) {
  const { url } = await testDatabase();
  const bouncer = await pgBouncer(url, context, { default_pool_size: '3' });
  const env = { DATABASE_URL: bouncer.url, DATABASE_DIRECT_URL: url, DB_POOLER: 'transaction' };
  return { bouncer, first: await runningServer(env), second: await runningServer(env) };
}

test('replicas behind PgBouncer do the main job: submitted here, done by a runner, followed there [DB15]', async (context) => {
  const { first, second } = await pooledReplicas(context);
  await runningRunner(first);
  const prompt = `echo '"done"' > "$WHOOSH_RESULT_FILE"`;
  const ids = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, n) => (await first.client.submitTask({ title: `task ${n}`, prompt, needs })).id,
    ),
  );
  const followed = await Promise.all(
    ids.map((id) => Array.fromAsync(second.client.followTask(id), ({ type }) => type)),
  );
  const ended = await Promise.all(ids.map((id) => second.client.waitTask(id)));
  expect(ended.map(({ state, result, attempts }) => [state, result, attempts])).toEqual(
    ids.map(() => ['succeeded', 'done', 1]),
  );
  for (const types of followed) {
    expect(types).toEqual([...new Set(types)]);
    expect([types[0], types.at(-1)]).toEqual(['task.submitted', 'task.succeeded']);
  }
});

test('while PgBouncer is away requests are refused, and outcomes are still taken, past it [DB15]', async (context) => {
  const { bouncer, first } = await pooledReplicas(context);
  const runner = await httpRunner(first);
  const { id } = await first.client.submitTask({ title: 'through an outage', needs });
  const grant = await runner.begin();
  await bouncer.down();
  const read = () => fetch(`${first.url}/api/v1/tasks/${id}`, { headers: { authorization: `Bearer ${first.key}` } });
  const refused = await read();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '1']);
  await runner.complete(grant, 'done');
  await bouncer.up();
  await until(async () => (await read()).status === 200);
  expect(await first.client.getTask(id)).toMatchObject({ state: 'succeeded', result: 'done', attempts: 1 });
});
