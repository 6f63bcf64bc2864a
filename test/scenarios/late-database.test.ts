import { PassThrough } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/lib/log.ts';
import { startServer } from '../../src/main.ts';
import { testDatabase } from '../support/database.ts';
import { scratchFolder } from '../support/scratch-folder.ts';
import { tcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

test('a server that starts before PostgreSQL waits for it, says so, and serves as soon as it is there [DB9]', async () => {
  const proxy = await tcpProxy((await testDatabase()).url);
  proxy.down();
  const lines = new PassThrough({ encoding: 'utf8' });
  let logged = '';
  lines.on('data', (text) => {
    logged += text;
  });
  const env = {
    DATABASE_URL: proxy.url,
    WHOOSH_DATA_DIR: await scratchFolder(),
    WHOOSH_PORT: '0',
    WHOOSH_LOCAL_RUNNER: 'off',
  };
  const starting = startServer(readConfig(env), createLog('info', false, lines));
  onTestFinished(async () => (await starting).stop({ atOnce: true }));
  const url = await until(() => /http:\/\/127\.0\.0\.1:\d+/.exec(logged)?.[0]);
  const status = async (path: string) => (await fetch(url + path)).status;
  const statuses = async () => [
    await status('/livez'),
    await status('/startupz'),
    await status('/readyz'),
    await status('/api/v1/tasks'),
  ];

  expect(await statuses()).toEqual([200, 503, 503, 503]);
  proxy.up();
  await starting;
  expect(await statuses()).toEqual([200, 200, 200, 401]);
});
