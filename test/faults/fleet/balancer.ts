import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** One address before all replicas, for clients that know only one. */
export async function openBalancer(replicas: { url: string; isRunning: boolean }[]) {
  const sockets = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    const running = replicas.filter(({ isRunning }) => isRunning);
    const replica = running[turn++ % Math.max(1, running.length)];
    if (!replica) return void client.on('error', () => {}).resetAndDestroy();
    const upstream = connect(Number(new URL(replica.url).port), '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => {}); // Of a replica that was killed.
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
