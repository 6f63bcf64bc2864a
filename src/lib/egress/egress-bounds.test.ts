import { once } from 'node:events';
import { createServer } from 'node:net';
import { Worker } from 'node:worker_threads';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { egress, failureOf, get, LOOPBACK } from '../../../test/support/egress.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import type { WildAnswer } from '../../../test/support/model-servers/wild-server.ts';
import { until } from '../../../test/support/until.ts';
import { openEgress } from './egress.ts';

test('a silent server is given up after the time for the first byte, and its socket is closed [E2] [S13]', async () => {
  const { url, sockets } = await serveWild(() => {});
  expect(await failureOf(get(url, { limits: { firstByteMs: 60 } }))).toMatch(/^timeout: .* did not begin .* 60 ms/);
  await until(() => sockets.size === 0);
});

test('a server that stops in the midst of its answer is given up after the idle time', async () => {
  const { url, sockets } = await serveWild((_req, res) => res.writeHead(200).write('half'));
  expect(await failureOf(get(url, { limits: { idleMs: 60 } }))).toMatch(/^timeout: .* stopped answering for 60 ms/);
  await until(() => sockets.size === 0);
});

test('a dripping server is bounded by the signal of the caller, and its socket is closed', async () => {
  const drips: NodeJS.Timeout[] = [];
  const { url, sockets } = await serveWild((_req, res) => {
    res.writeHead(200);
    drips.push(setInterval(() => res.write('.'), 10));
  });
  await expect(get(url, { limits: { idleMs: 5000 }, signal: AbortSignal.timeout(150) })).rejects.toMatchObject({
    name: 'TimeoutError',
  });
  await until(() => sockets.size === 0);
  for (const drip of drips) clearInterval(drip);
});

test.each([
  ['before it answers', () => {}],
  ['in the midst of its answer', ((_req, res) => void res.writeHead(200).write('half')) satisfies WildAnswer],
])('aborting closes the socket, as the server sees %s', async (_when, answer: WildAnswer) => {
  const { url, sockets, asked } = await serveWild(answer);
  const stop = new AbortController();
  const got = get(url, { signal: stop.signal });
  got.catch(() => {});
  await until(() => asked.length === 1);
  expect(sockets.size).toBe(1);
  stop.abort(new Error('cancelled by Ada'));
  await expect(got).rejects.toThrow('cancelled by Ada');
  await until(() => sockets.size === 0);
});

test('a signal that has fired before contacts nobody', async () => {
  const { url, sockets } = await serveWild((_req, res) => res.end());
  await expect(get(url, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  expect(sockets.size).toBe(0);
});

test('connections are used again, and closed at the end [S13]', async () => {
  const { url, sockets, asked } = await serveWild((_req, res) => res.end('ok'));
  const opened = openEgress(LOOPBACK);
  for (let calls = 0; calls < 5; calls++) {
    const { body } = await opened.request(url, { method: 'GET', signal: new AbortController().signal });
    for await (const chunk of body) expect(chunk.toString()).toBe('ok');
  }
  expect(asked).toHaveLength(5);
  expect(sockets.size).toBeLessThanOrEqual(2);
  await opened.close();
  await until(() => sockets.size === 0);
});

test('who stops reading keeps no endless answer alive', async () => {
  const { url, sockets } = await serveWild((_req, res) => {
    res.writeHead(200);
    const flood = () => {
      while (!res.destroyed && res.write('x'.repeat(10_000)));
    };
    res.on('drain', flood);
    flood();
  });
  const { body } = await egress().request(url, { method: 'GET', signal: new AbortController().signal });
  for await (const chunk of body) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await until(() => sockets.size === 0);
});

test('an endless answer is cut off at the cap, and its socket is closed [E2]', async () => {
  const { url, sockets } = await serveWild((_req, res) => {
    res.writeHead(200);
    // It ends all the same, long after the cap, so that without one this test fails and does not hang.
    let left = 5000;
    const flood = () => {
      while (!res.destroyed && left-- > 0 && res.write('x'.repeat(10_000)));
      if (left <= 0) res.end();
    };
    res.on('drain', flood);
    flood();
  });
  expect(await failureOf(get(url, { limits: { wireBytes: 100_000 } }))).toBe(
    'too_large: The answer is larger than 100000 bytes on the wire.',
  );
  await until(() => sockets.size === 0);
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('an answer that is compressed with %s, unasked, is read', async (encoding, compress) => {
  const { url } = await serveWild((_req, res) =>
    res.writeHead(200, { 'content-encoding': encoding }).end(compress(Buffer.from('grüße'.repeat(1000)))),
  );
  expect((await get(url)).text).toBe('grüße'.repeat(1000));
});

test.each([
  ['gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
])('a bomb of %s is cut off while it is decompressed', async (encoding, compress) => {
  const bomb = compress(Buffer.alloc(64 * 1024 * 1024));
  const { url } = await serveWild((_req, res) => res.writeHead(200, { 'content-encoding': encoding }).end(bomb));
  expect(await failureOf(get(url))).toBe('too_large: The answer is larger than 20971520 bytes decompressed.');
});

test('compressed data that is none, or ends too early, is broken', async () => {
  const half = gzipSync(Buffer.from('hello '.repeat(1000))).subarray(0, 40);
  const bodies = [Buffer.from('not gzip at all'), half];
  const { url } = await serveWild((_req, res) =>
    res.writeHead(200, { 'content-encoding': 'gzip' }).end(bodies.shift()),
  );
  expect(await failureOf(get(url))).toMatch(/^broken: /);
  expect(await failureOf(get(url))).toMatch(/^broken: /);
});

test.each(['zstd', 'gzip, br', 'constructor'])('the encoding "%s" is refused', async (encoding) => {
  const { url } = await serveWild((_req, res) => res.writeHead(200, { 'content-encoding': encoding }).end('whatever'));
  expect(await failureOf(get(url))).toBe(`broken: The answer is encoded as "${encoding}", which was not asked for.`);
});

test('who stops reading a compressed answer, while the server is silent, leaves no socket behind', async () => {
  const { url, sockets } = await serveWild((_req, res) => {
    const gzip = createGzip();
    gzip.pipe(res.writeHead(200, { 'content-encoding': 'gzip' }));
    gzip.write('x'.repeat(1000));
    gzip.flush();
  });
  const { body } = await egress().request(url, { method: 'GET', signal: new AbortController().signal });
  for await (const chunk of body) {
    expect(chunk.length).toBeGreaterThan(0);
    break;
  }
  await until(() => sockets.size === 0);
});

/** In a thread of its own, so that it sends while this one reads. */
const FLOOD = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((req, res) => {
    const more = () => {
      while (res.write('x'.repeat(65_536)));
    };
    res.on('drain', more);
    more();
  });
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`;

test('who reads an answer that comes fast leaves everybody else a turn after 128 KiB', async () => {
  const flood = new Worker(FLOOD, { eval: true });
  onTestFinished(() => void flood.terminate());
  const [port] = await once(flood, 'message');
  const signal = new AbortController().signal;
  const { body } = await egress().request(`http://127.0.0.1:${port}/`, { method: 'GET', signal });
  let [reading, inTurn, most] = [true, 0, 0];
  const others = () => {
    inTurn = 0;
    if (reading) setImmediate(others);
  };
  others();
  const read = async () => {
    for await (const chunk of body) {
      inTurn += chunk.length;
      most = Math.max(most, inTurn);
      // Reading is work, and meanwhile the socket fills.
      const until = performance.now() + chunk.length / 32_768;
      while (performance.now() < until);
    }
  };
  await expect(read()).rejects.toMatchObject({ failure: 'too_large' });
  reading = false;
  expect(most).toBeLessThan(200_000);
});

test('a head without end is refused', async () => {
  const { url } = await serveWild((_req, res) => res.writeHead(200, { 'x-big': 'y'.repeat(40_000) }).end());
  expect(await failureOf(get(url))).toMatch(/^too_large: The head of the answer/);
});

test('a server that breaks off is told apart from one that ends', async () => {
  const { url } = await serveWild((_req, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => res.socket?.destroy());
  });
  expect(await failureOf(get(url))).toMatch(/^broken: The connection to 127\.0\.0\.1:\d+ broke/);
});

test('what does not speak HTTP is broken', async () => {
  const listener = createServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'));
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as { port: number };
  expect(await failureOf(get(`http://127.0.0.1:${port}/`))).toMatch(/^broken: /);
});
