import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../../../test/support/until.ts';
import { openAgent } from './open-agent.ts';
import type { EgressPolicy } from './refuse-address.ts';

async function countingServer() {
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.on('error', () => {}).destroy();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, connections: () => connections };
}

function ask(origin: string, allow: EgressPolicy['allow']): Promise<unknown> {
  const lookup = () => Promise.reject(new Error('An address is not looked up'));
  const agent = openAgent({ policy: { allow, forbid: [] }, lookup, connectMs: 5000 });
  onTestFinished(() => agent.destroy());
  return agent.request({ origin, path: '/', method: 'GET' });
}

test('an address that the policy refuses is not connected to, even when nobody has looked at its URL [E1]', async () => {
  const { origin, connections } = await countingServer();
  await expect(ask(origin, ['private'])).rejects.toMatchObject({
    failure: 'forbidden_address',
    message: expect.stringContaining('127.0.0.1 is a loopback address'),
  });
  // A connection that came before this one has been counted by now.
  await expect(ask(origin, ['loopback'])).rejects.toThrow();
  await until(connections);
  expect(connections()).toBe(1);
});
