import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parentPort } from 'node:worker_threads';
import { DIALECTS } from '../../support/model-servers/dialects.ts';
import { sendJson } from '../../support/model-servers/send-json.ts';

const dialect = DIALECTS.find(({ kind }) => kind === 'openai')!;

/** A model server that answers well, until a message of so many milliseconds comes: then its process stands still. */
const server = createServer(async (req: IncomingMessage, res: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk);
  const found = dialect.inventory(['model-a'])[req.url!];
  if (found) return sendJson(res, found);
  const { model } = JSON.parse(Buffer.concat(chunks).toString());
  res.writeHead(200, { 'content-type': dialect.streamType }).end(dialect.text(model, 'Hi') + dialect.end(model));
});
// With so few that may wait, the kernel drops further connections: connecting takes too long.
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort!.postMessage(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
parentPort!.on('message', (ms: number) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
});
