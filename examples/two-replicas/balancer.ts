import { execFile, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Warden } from '../../test/faults/fleet/warden.ts';
import { freePort } from '../../test/support/free-port.ts';
import { end } from '../process.ts';
import { openSmallBalancer } from './small-balancer.ts';

const run = promisify(execFile);

/** One address before both replicas. */
export type Balancer = {
  url: string;
  about: string;
  close(): Promise<void>;
};

export type Backend = { name: string; port: number };

/** Starts HAProxy before the replicas: Debian's, which root installs when it is missing; else a small one of our own. */
export async function openBalancer(folder: string, backends: Backend[], warden: Warden): Promise<Balancer> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const version = await haproxyVersion();
  if (!version) return { url, ...(await openSmallBalancer(port, backends)) };
  const file = join(folder, 'haproxy.cfg');
  await writeFile(file, configuration(port, backends));
  // Quiet: that replicas come and go is the point of it.
  const child = spawn('haproxy', ['-f', file, '-db', '-q'], { stdio: 'ignore' });
  warden.watch(child);
  return { url, about: version, close: () => end(child, 'SIGTERM') };
}

/** Waits until the balancer sends requests to all replicas. */
export async function untilBalanced({ url }: Balancer): Promise<void> {
  const isBalanced = () =>
    fetch(`${url}/balancer`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const giveUpAt = performance.now() + 60_000; !(await isBalanced()); await pause(100)) {
    if (performance.now() > giveUpAt) throw new Error('The balancer did not find both replicas ready in a minute.');
  }
}

async function haproxyVersion(): Promise<string | undefined> {
  const ask = async () => (await run('haproxy', ['-v'])).stdout.split(' ').slice(0, 3).join(' ');
  return ask().catch(() => installHaproxy().then(ask, () => undefined));
}

async function installHaproxy(): Promise<void> {
  if (process.getuid?.() !== 0) throw new Error('Only root can install it.');
  await run('.ci/packages', ['haproxy']);
}

/**
 * A replica that is told to stop says so at /readyz for 5 s while it serves on: two looks, half a second apart, are
 * enough to turn away from it. Only connecting is tried again: what a replica has received, the client may repeat.
 */
const configuration = (port: number, backends: Backend[]): string => `
defaults
  mode http
  timeout connect 2s
  timeout client 75s
  timeout server 75s
  timeout check 3s
  retries 3
  option redispatch 1
  retry-on conn-failure
  default-server check inter 500ms fall 2 rise 2

frontend whoosh
  bind 127.0.0.1:${port}
  monitor-uri /balancer
  monitor fail if { nbsrv(replicas) lt ${backends.length} }
  default_backend replicas

backend replicas
  balance leastconn
  option httpchk GET /readyz
  http-check expect status 200
  # No replica is ready: clients are told when to come again, in the words of the API.
  http-error status 503 content-type application/problem+json hdr Retry-After 2 string '${NOBODY}'
${backends.map((one) => `  server ${one.name} 127.0.0.1:${one.port}`).join('\n')}
`;

const NOBODY = JSON.stringify({ type: 'about:blank', title: 'No replica is ready', status: 503, code: 'unavailable' });
