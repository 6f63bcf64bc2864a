import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to outgoing connections (Linux: from 32768, others: from 49152). */
const [FIRST, COUNT] = [15_000, 17_000];

/**
 * A port of the loopback that nobody uses, and that nobody gets by chance while its server is down: a connection on its
 * way out may have any of the higher ones.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    const server = createServer();
    const isFree = once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!(await isFree)) continue;
    await once(server.close(), 'close');
    return port;
  }
}
