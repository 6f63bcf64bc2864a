import { execFile } from 'node:child_process';
import { expect, test } from 'vitest';
import { testApp } from '../support/app.ts';
import { makeCertificate } from '../support/certificate.ts';
import { listen } from '../support/event-reader.ts';
import { freePort } from '../support/free-port.ts';
import { runningServer } from '../support/running-server.ts';
import { testFolder } from '../support/test-folder.ts';

type Checked = { code: number; said: string };

/** Runs what the container engine runs. */
const check = (env: Record<string, string>): Promise<Checked> =>
  new Promise((resolve) => {
    execFile(process.execPath, ['deploy/healthcheck.js'], { env }, (error, said) =>
      resolve({ code: Number(error?.code ?? 0), said }),
    );
  });

const portOf = (address: string) => new URL(address).port;

test('a container is healthy once its server has started, also while the server is not ready', async () => {
  const { app } = await testApp({ context: { isLeaving: () => true } });
  expect(await check({ WHOOSH_PORT: portOf(await listen(app)) })).toEqual({ code: 0, said: '{"status":"ok"}' });
});

test('a container is not healthy while its server waits for the database, and says so', async () => {
  const { app } = await testApp({ context: { isStarted: () => false } });
  const { code, said } = await check({ WHOOSH_PORT: portOf(await listen(app)) });
  expect([code, said]).toEqual([1, expect.stringContaining('waits for its database')]);
});

test('a container is not healthy when nothing answers', async () => {
  const { code, said } = await check({ WHOOSH_PORT: `${await freePort()}` });
  expect([code, said]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
});

test('a server that speaks HTTPS is asked over HTTPS', async () => {
  const folder = await testFolder();
  const { cert: TLS_CERT, key: TLS_KEY } = makeCertificate(folder, 'server');
  const { url } = await runningServer({ TLS_CERT, TLS_KEY });
  expect(await check({ WHOOSH_PORT: portOf(url), TLS_CERT })).toMatchObject({ code: 0 });
});
