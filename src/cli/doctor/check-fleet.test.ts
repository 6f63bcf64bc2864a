import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../client/client.ts';
import { checkFleet } from './check-fleet.ts';

test('a server that cannot answer now does not make the doctor doubt the key', async () => {
  const answers: Record<string, number> = { unavailable: 503, unauthenticated: 401 };
  const told: Record<string, string> = {};
  for (const [code, status] of Object.entries(answers)) {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/problem+json' });
      response.end(JSON.stringify({ type: `urn:whoosh:error:${code}`, title: code, status, detail: code, code }));
    });
    onTestFinished(() => void server.close());
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [finding] = await checkFleet(createClient({ url, key: 'whk_1', retryForMs: 0 }));
    told[code] = finding!.check;
  }
  expect(told).toEqual({ unavailable: 'fleet', unauthenticated: 'key' });
});
