import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A way to PostgreSQL that a test can break. */
export type TcpProxy = {
  /** The given URL, led through the proxy. */
  url: string;
  /** From now on the open connections carry nothing, and say nothing about it: half-open, as after a lost route. */
  freeze(): void;
  /** Cuts the open connections. */
  cut(): void;
  /** Cuts the open connections and every new one, until `up`. */
  down(): void;
  up(): void;
  /** Connections open now. */
  count(): number;
};

/** Opens a proxy on a free port before the PostgreSQL of `url`; it closes with the test. */
export async function tcpProxy(url: string): Promise<TcpProxy> {
  const sockets = new Set<Socket>();
  let isDown = false;
  const server = createServer((client) => {
    if (isDown) return void client.destroy();
    const upstream = connectTo(new URL(url));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) track(socket, sockets, socket === client ? upstream : client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(() => {
    cut();
    server.close();
  });
  return {
    url: throughPort(url, (server.address() as AddressInfo).port),
    freeze() {
      for (const socket of sockets) socket.unpipe().pause();
    },
    cut,
    down() {
      isDown = true;
      cut();
    },
    up() {
      isDown = false;
    },
    count: () => sockets.size / 2,
  };
}

function track(socket: Socket, sockets: Set<Socket>, other: Socket): void {
  sockets.add(socket);
  socket.on('error', () => {}); // A cut is what this proxy is for.
  socket.on('close', () => {
    sockets.delete(socket);
    other.destroy();
  });
}

function connectTo(url: URL): Socket {
  const folder = url.searchParams.get('host');
  const port = Number(url.port || 5432);
  return folder ? connect(`${folder}/.s.PGSQL.${port}`) : connect(port, url.hostname);
}

function throughPort(original: string, port: number): string {
  const url = new URL(original);
  url.searchParams.delete('host');
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return url.href;
}
