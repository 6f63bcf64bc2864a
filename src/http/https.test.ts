import { once } from 'node:events';
import { mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect as connectTcp } from 'node:net';
import { join } from 'node:path';
import { connect, type PeerCertificate } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { makeCertificate } from '../../test/support/certificate.ts';
import { changeForTest } from '../../test/support/change-for-test.ts';
import { cli } from '../../test/support/cli.ts';
import { listen } from '../../test/support/event-reader.ts';
import { logLines } from '../../test/support/log-lines.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { testFolder } from '../../test/support/test-folder.ts';
import { until } from '../../test/support/until.ts';
import { readConfig } from '../config.ts';
import { WATCH_TIMES } from '../lib/watch-files.ts';
import { CONNECTION_LIMITS } from './server-options.ts';

/** As Kubernetes mounts a secret: the files are links through `..data`, which is swapped. */
function links(folder: string) {
  const put = (name: string) => {
    symlinkSync(name, join(folder, 'next'));
    renameSync(join(folder, 'next'), join(folder, '..data'));
  };
  for (const file of ['tls.crt', 'tls.key']) symlinkSync(join('..data', file), join(folder, file));
  return { put, TLS_CERT: join(folder, 'tls.crt'), TLS_KEY: join(folder, 'tls.key') };
}

const serial = (port: number, more: object = {}) =>
  new Promise<string>((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...more }, () => {
      resolve((socket.getPeerCertificate() as PeerCertificate).serialNumber);
      socket.end();
    });
    socket.once('error', reject);
  });

test('over HTTPS browsers are told to come so always, and nothing older than TLS 1.2 is spoken [S27]', async () => {
  const { cert, key } = makeCertificate(await testFolder(), 'one');
  const { app } = await testApp({ context: { config: readConfig({ TLS_CERT: cert, TLS_KEY: key }) } });
  const address = await listen(app);
  expect(address).toMatch(/^https:/);
  const asking = request(`${address}/livez`, { rejectUnauthorized: false }).end();
  const [answer] = await once(asking, 'response');
  answer.resume();
  expect(answer.headers['strict-transport-security']).toBe('max-age=31536000');
  const { port } = new URL(address);
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(serial(Number(port), old)).rejects.toThrow(/protocol version|alert/i);
});

test('a connection on which no TLS is begun is held no longer than headers are waited for', async () => {
  changeForTest(CONNECTION_LIMITS, { headers: 200 });
  const { cert, key } = makeCertificate(await testFolder(), 'one');
  const { app } = await testApp({ context: { config: readConfig({ TLS_CERT: cert, TLS_KEY: key }) } });
  const silent = connectTcp(Number(new URL(await listen(app)).port), '127.0.0.1');
  onTestFinished(() => void silent.destroy());
  const [hadError] = await once(silent.resume(), 'close', { signal: AbortSignal.timeout(3000) });
  expect(hadError).toBe(false);
});

test('behind a trusted proxy HTTPS is believed, and from anybody else it is not [S27]', async () => {
  const hsts = async (TRUSTED_PROXY_HOPS: string) => {
    const { app } = await testApp({ context: { config: readConfig({ TRUSTED_PROXY_HOPS }) } });
    const answer = await app.inject({ url: '/livez', headers: { 'x-forwarded-proto': 'https' } });
    return answer.headers['strict-transport-security'];
  };
  expect([await hsts('0'), await hsts('1')]).toEqual([undefined, 'max-age=31536000']);
});

test('a renewed certificate is served to new connections, an unusable one is not, and nobody is cut off [S25]', async () => {
  changeForTest(WATCH_TIMES, { settle: 50 });
  const folder = await testFolder();
  for (const name of ['one', 'two', 'bad']) {
    mkdirSync(join(folder, name));
    makeCertificate(join(folder, name), 'tls');
  }
  writeFileSync(join(folder, 'bad', 'tls.key'), 'nonsense');
  const { put, ...files } = links(folder);
  put('one');
  const { log, lines } = logLines();
  const { app, context } = await testApp({ context: { config: readConfig(files), log } });
  const port = Number(new URL(await listen(app)).port);
  const [first, kept] = [await serial(port), connect({ port, host: '127.0.0.1', rejectUnauthorized: false })];
  await once(kept, 'secureConnect');
  put('bad');
  await until(() => lines().some(({ msg }) => msg === 'The renewed certificate is not usable'));
  expect(await serial(port)).toBe(first);
  put('two');
  const second = await until(async () => {
    const now = await serial(port);
    return now === first ? undefined : now;
  });
  expect(second).not.toBe(first);
  expect(await context.metrics.render()).toMatch(/whoosh_certificate_expires_seconds\{certificate="tls"\} \d{10}/);
  kept.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
  const [data] = await once(kept, 'data');
  expect(String(data)).toContain('200 OK');
  kept.destroy();
});

test('a standalone server over HTTPS has its local runner, and the CLI finds it', async () => {
  const { cert, key } = makeCertificate(await testFolder(), 'one');
  const env = { TLS_CERT: cert, TLS_KEY: key, WHOOSH_LOCAL_RUNNER: 'on' };
  const server = await runningServer(env);
  expect(server.url).toMatch(/^https:\/\/127\.0\.0\.1:/);
  const { exit, out } = await cli(['agent', 'list'], { env: { WHOOSH_DATA_DIR: server.dataDir } });
  expect([exit, out]).toEqual([0, expect.stringContaining('shell')]);
});
