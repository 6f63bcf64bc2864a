import { expect, onTestFinished, test } from 'vitest';
import { wildServer } from '../support/model-servers/wild-server.ts';
import { openToxicProxy, type Toxics } from './toxic-proxy.ts';

async function ask(toxics: Toxics): Promise<string> {
  const server = await wildServer((_req, res) => res.end('x'.repeat(5000)));
  const proxy = await openToxicProxy(server.port, () => 0.5);
  onTestFinished(() => proxy.close().then(server.stop));
  proxy.set(toxics);
  const signal = AbortSignal.timeout(500);
  return fetch(`http://127.0.0.1:${proxy.port}/`, { signal }).then((res) => res.text());
}

test('what is late, slow or in slices arrives whole', async () => {
  expect(await ask({ latencyMs: 5, jitterMs: 5, sliceBytes: 500, bytesPerSecond: 1e6 })).toHaveLength(5000);
});

test.each<Toxics>([{ refuse: true }, { resetAfterBytes: 1000 }, { silent: true }])(
  'no answer passes %j',
  async (toxics) => {
    await expect(ask(toxics)).rejects.toThrow();
  },
);
