import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished, type TestContext } from 'vitest';
import { end } from '../../examples/process.ts';
import { makeCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { program } from '../support/program.ts';
import { testFolder } from '../support/test-folder.ts';
import { nameServer } from './name-server.ts';

/** HAProxy with the configuration that is shipped. */
export type Proxy = {
  http: string;
  https: string;
  /** Its own certificate, for clients that check it. */
  ca: Buffer;
  /** To how many replicas it sends requests. */
  readyOnes(): number;
};

/** Starts it before the replicas that listen on `port` of `addresses`, which it finds by name; it ends with the test `context`. */
export async function startHaproxy(context: TestContext, addresses: string[], port: number): Promise<Proxy> {
  const haproxy = program('haproxy', context);
  const folder = await testFolder();
  const { cert, key } = makeCertificate(folder, 'proxy');
  const certificate = join(folder, 'certificate');
  writeFileSync(certificate, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
  const [http, https] = [await freePort(), await freePort()];
  const env = {
    NAME_SERVER: await nameServer(addresses),
    REPLICAS: `server:${port}`,
    CERTIFICATE: certificate,
    HTTP_BIND: `127.0.0.1:${http}`,
    HTTPS_BIND: `127.0.0.1:${https}`,
  };
  const child = spawn(haproxy, ['-db', '-f', 'deploy/haproxy/haproxy.cfg'], { env, stdio: 'pipe' });
  let said = '';
  child.stdout.on('data', (text) => {
    said += text;
  });
  child.stderr.resume();
  onTestFinished(() => end(child, 'SIGTERM'));
  return {
    http: `http://127.0.0.1:${http}`,
    https: `https://localhost:${https}`,
    ca: readFileSync(cert),
    readyOnes: () => countUp(said),
  };
}

/** Of each replica the last word counts. */
const countUp = (said: string): number => {
  const words = [...said.matchAll(/(replica\d+)\b.* is (UP|DOWN)\b/g)].map(([, name, word]) => [name, word] as const);
  return [...new Map(words).values()].filter((word) => word === 'UP').length;
};
