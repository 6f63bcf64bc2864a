import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Backend, Balancer } from './balancer.ts';

const LOOK_EVERY_MS = 500;

/** Where there is no HAProxy: asks /readyz twice a second, and tries another replica when one cannot be connected to. */
export async function openSmallBalancer(port: number, backends: Backend[]): Promise<Omit<Balancer, 'url'>> {
  const ready = new Set<Backend>();
  const over = new AbortController();
  let turn = 0;
  const server = createServer((req, res) => {
    if (req.url === '/balancer') return void res.writeHead(ready.size === backends.length ? 200 : 503).end();
    const first = turn++;
    const order = [...ready].map((_, at, all) => all[(first + at) % all.length]!);
    pass(req, res, order);
  });
  const looking = backends.map(async (backend) => {
    while (!over.signal.aborted) {
      if (await isReady(backend)) ready.add(backend);
      else ready.delete(backend);
      await pause(LOOK_EVERY_MS, undefined, { signal: over.signal }).catch(() => {}); // The abort is the end.
    }
  });
  await once(server.listen(port, '127.0.0.1'), 'listening');
  return {
    about: 'a small balancer of the example (no haproxy here)',
    async close() {
      over.abort();
      server.close().closeAllConnections();
      await Promise.all(looking);
    },
  };
}

const isReady = ({ port }: Backend): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(3000) }).then(
    ({ ok }) => ok,
    () => false,
  );

function pass(req: IncomingMessage, res: ServerResponse, [backend, ...others]: Backend[]): void {
  if (!backend) return void res.writeHead(503, { 'retry-after': '2' }).end();
  const { method, url, headers } = req;
  const upstream = request({ host: '127.0.0.1', port: backend.port, method, path: url, headers });
  upstream.once('response', (answer) => {
    res.writeHead(answer.statusCode!, answer.headers);
    answer.pipe(res);
    answer.once('error', () => res.destroy());
  });
  upstream.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ECONNREFUSED') pass(req, res, others);
    else res.destroy();
  });
  res.once('close', () => upstream.destroy());
  upstream.once('socket', (socket) => {
    if (socket.connecting) socket.once('connect', () => req.pipe(upstream));
    else req.pipe(upstream);
  });
}
