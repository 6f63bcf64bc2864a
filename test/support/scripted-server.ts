import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Seen = { method: string; path: string; authorization: string | undefined; body: string };
/** Status and JSON of an answer; a status of 0 breaks the connection off. */
export type Answer = { status: number; body?: unknown };

/**
 * A server that answers as it is told, for what a healthy WHOOSH never answers: defects, refusals, broken connections.
 * `stop` makes it unreachable, `start` brings it back at the same address.
 */
export async function scriptedServer(answer: (seen: Seen) => Answer) {
  const seen: Seen[] = [];
  let server: Server;
  let port = 0;
  const start = async () => {
    server = createServer(async (req, res) => {
      const chunks: Buffer[] = [];
      for await (const chunk of req) chunks.push(chunk);
      const { method = '', url = '', headers } = req;
      const one = { method, path: url, authorization: headers.authorization, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      const { status, body } = answer(one);
      if (status === 0) return req.socket.destroy();
      const type = status < 400 ? 'application/json' : 'application/problem+json';
      return res.writeHead(status, { 'content-type': type }).end(body === undefined ? '' : JSON.stringify(body));
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  };
  const stop = async () => {
    server.closeAllConnections();
    if (server.listening) await once(server.close(), 'close');
  };
  await start();
  return { url: `http://127.0.0.1:${port}`, seen, start, stop };
}

export const problem = (status: number, code: string): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail: `it is ${code}` },
});
