import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** `body` is the request's, as text. What the function does not send is not sent. */
export type WildAnswer = (req: IncomingMessage, res: ServerResponse, body: string) => void;

type Asked = { method: string; path: string; headers: IncomingMessage['headers']; body: string };

/** An HTTP server that does to its callers whatever the test tells it to. */
export async function wildServer(answer: WildAnswer) {
  const asked: Asked[] = [];
  const sockets = new Set<Socket>();
  const server = createServer(async (req, res) => {
    const chunks: Buffer[] = [];
    for await (const chunk of req) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    asked.push({ method: req.method!, path: req.url!, headers: req.headers, body });
    answer(req, res, body);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    /** Every request so far, in the order of their ends. */
    asked,
    /** Connections that are open now. */
    sockets,
    async stop() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
