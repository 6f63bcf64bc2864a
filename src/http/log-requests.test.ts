import { connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../test/support/app.ts';
import { changeForTest } from '../../test/support/change-for-test.ts';
import { listen } from '../../test/support/event-reader.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { until } from '../../test/support/until.ts';
import { readConfig } from '../config.ts';
import type { App } from './app-types.ts';
import { CONNECTION_LIMITS } from './server-options.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const ID = '0190a0a0-0000-7000-8000-000000000001';

async function loggingApp(env: NodeJS.ProcessEnv = {}) {
  const { log, lines } = logLines();
  const routes = (app: App) =>
    void app.post(
      '/tasks/:id/attempts/:epoch/log-something',
      {
        config: { permission: 'public' },
        schema: {
          operationId: 'logSomething',
          params: z.object({ id: z.uuid(), epoch: z.coerce.number() }),
          body: z.object({}),
        },
      },
      async (_request, reply) => {
        await turn();
        log.info('served');
        return reply.code(204).send(null);
      },
    );
  const { app } = await testApp({ routes: [routes], context: { log, config: readConfig(env) } });
  const post = () =>
    app.inject({
      method: 'POST',
      url: `/api/v1/tasks/${ID}/attempts/3/log-something?token=x`,
      headers: { 'x-request-id': 'r-1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      payload: {},
    });
  return { app, post, lines };
}

test('what is logged while a request is served says which request, trace, task and attempt, its body read or not', async () => {
  const { post, lines } = await loggingApp();
  await post();
  expect(lines().slice(0, 1)).toMatchObject([
    { msg: 'served', request_id: 'r-1', trace_id: TRACE, task_id: ID, epoch: 3 },
  ]);
});

test('with WHOOSH_LOG_REQUESTS=on every request has a line, without its query', async () => {
  const { post, lines } = await loggingApp({ WHOOSH_LOG_REQUESTS: 'on' });
  await post();
  const line = lines().find(({ msg }) => msg === 'HTTP request');
  expect(line).toMatchObject({
    level: 'info',
    request_id: 'r-1',
    method: 'POST',
    path: `/api/v1/tasks/${ID}/attempts/3/log-something`,
    route: '/api/v1/tasks/:id/attempts/:epoch/log-something',
    status: 204,
    duration_ms: expect.any(Number),
  });
});

test('a request that does not arrive in time is found by "HTTP timeout" [S22]', async () => {
  changeForTest(CONNECTION_LIMITS, { headers: 100, lookEvery: 50 });
  const { app, lines } = await loggingApp();
  const socket = connect(Number(new URL(await listen(app)).port), '127.0.0.1', () =>
    socket.write('GET /livez HTTP/1.1\r\n'),
  );
  onTestFinished(() => void socket.destroy());
  const line = await until(() => lines().find(({ msg }) => String(msg).startsWith('HTTP timeout')));
  expect(line).toMatchObject({ level: 'warn', address: expect.stringContaining('127.0.0.1') });
});
