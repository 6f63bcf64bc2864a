import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import { type WildAnswer, wildServer } from '../../../test/support/model-servers/wild-server.ts';
import { until } from '../../../test/support/until.ts';
import { type EgressRequest, openEgress } from './egress.ts';
import type { EgressError } from './egress-error.ts';
import type { EgressPolicy } from './refuse-address.ts';
import type { Lookup } from './resolve-host.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

const LOOPBACK: EgressPolicy = { allow: ['loopback'], forbid: [] };

function egress(policy: EgressPolicy = LOOPBACK, means: { lookup?: Lookup; connectMs?: number } = {}) {
  const opened = openEgress(policy, means);
  stops.push(() => opened.close());
  return opened;
}

async function server(answer: WildAnswer) {
  const started = await wildServer(answer);
  stops.push(() => started.stop());
  return started;
}

type Some = Partial<EgressRequest> & { policy?: EgressPolicy; lookup?: Lookup };

/** Status, headers and whole body. */
async function get(url: string, { policy, lookup, ...request }: Some = {}) {
  const opened = egress(policy, lookup ? { lookup } : {});
  const { body, ...rest } = await opened.request(url, {
    method: 'GET',
    signal: new AbortController().signal,
    ...request,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return { ...rest, text: Buffer.concat(chunks).toString() };
}

async function failureOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (caught: EgressError) => caught,
  );
  return error ? `${error.failure}: ${error.message}` : 'no failure';
}

const addresses = (...all: string[]): LookupAddress[] =>
  all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('an answer is given with its status, headers and body, and no compression was asked for', async () => {
  const { url, asked } = await server((_req, res) => res.writeHead(418, { 'x-tea': 'green' }).end('short and stout'));
  const answer = await get(`${url}/pot?size=2`, { method: 'POST', headers: { 'x-a': 'b' }, body: 'water' });
  expect(answer).toMatchObject({ status: 418, headers: { 'x-tea': 'green' }, text: 'short and stout' });
  expect(asked).toMatchObject([
    { method: 'POST', path: '/pot?size=2', body: 'water', headers: { 'x-a': 'b', 'accept-encoding': 'identity' } },
  ]);
});

test('an address that the policy refuses is not contacted', async () => {
  const { url, sockets } = await server((_req, res) => res.end());
  const failure = await failureOf(get(url, { policy: { allow: ['private'], forbid: [] } }));
  expect(failure).toMatch(/^forbidden_address: 127\.0\.0\.1 is a loopback address/);
  expect(sockets.size).toBe(0);
});

test('a name that resolves to a refused address is not contacted', async () => {
  const { port, asked } = await server((_req, res) => res.end());
  const lookup = async () => addresses('127.0.0.1', '169.254.169.254');
  const failure = await failureOf(get(`http://model.test:${port}/`, { policy: { allow: [], forbid: [] }, lookup }));
  expect(failure).toMatch(/^forbidden_address: model\.test is not called: 127\.0\.0\.1 is a loopback address/);
  expect(asked).toEqual([]);
});

test('of several addresses only those are connected to that the policy allows', async () => {
  const { port } = await server((_req, res) => res.end('here'));
  const lookup = async () => addresses('169.254.169.254', '10.0.0.1', '127.0.0.1');
  expect(await get(`http://model.test:${port}/`, { lookup })).toMatchObject({ status: 200, text: 'here' });
});

test('a name that changes its address between check and connection gains nothing: it is looked up once [E1]', async () => {
  const { port } = await server((_req, res) => res.end('here'));
  let lookups = 0;
  const lookup = async () => addresses(lookups++ === 0 ? '127.0.0.1' : '169.254.169.254');
  expect(await get(`http://rebinding.test:${port}/`, { lookup })).toMatchObject({ text: 'here' });
  expect(lookups).toBe(1);
});

test('a name that came to mean a refused address is refused at the next connection', async () => {
  const { port, asked } = await server((_req, res) => res.writeHead(200, { connection: 'close' }).end('here'));
  let lookups = 0;
  const opened = egress(LOOPBACK, { lookup: async () => addresses(lookups++ === 0 ? '127.0.0.1' : '10.0.0.1') });
  const ask = () =>
    opened.request(`http://rebinding.test:${port}/`, { method: 'GET', signal: new AbortController().signal });
  for await (const chunk of (await ask()).body) expect(chunk.toString()).toBe('here');
  expect(await failureOf(ask())).toMatch(/^forbidden_address: .*10\.0\.0\.1/);
  expect(asked).toHaveLength(1);
});

test('the database that is known by a name is refused by its address', async () => {
  const { port, asked } = await server((_req, res) => res.end());
  const policy: EgressPolicy = { allow: ['loopback'], forbid: [{ address: 'db.test', port }] };
  const lookup = async () => addresses('127.0.0.1');
  expect(await failureOf(get(`http://model.test:${port}/`, { policy, lookup }))).toMatch(/belongs to WHOOSH itself/);
  expect(asked).toEqual([]);
});

test('an address that is written in another way is connected to all the same', async () => {
  const { port } = await server((_req, res) => res.end('here'));
  for (const host of ['[::ffff:127.0.0.1]', '2130706433', '0x7f.1']) {
    expect(await get(`http://${host}:${port}/`)).toMatchObject({ text: 'here' });
  }
});

test('TLS is spoken under the name, not the address, and a server that cannot prove itself is unreachable', async () => {
  const names: string[] = [];
  const listener = createTlsServer({
    SNICallback: (name, done) => {
      names.push(name);
      done(null);
    },
  });
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  stops.push(async () => listener.close());
  const { port } = listener.address() as { port: number };
  const lookup = async () => addresses('127.0.0.1');
  expect(await failureOf(get(`https://model.test:${port}/`, { lookup }))).toMatch(
    /^unreachable: No connection to model/,
  );
  expect(names).toEqual(['model.test']);
});

test('a redirect is not followed, and says where it led [E1]', async () => {
  const { url, asked } = await server((_req, res) =>
    res.writeHead(302, { location: 'http://ada:hunter2@169.254.169.254/latest' }).end(),
  );
  const failure = await failureOf(get(url));
  expect(failure).toBe(
    'redirected: It answers with a redirect (302), to http://169.254.169.254; redirects are not followed.',
  );
  expect(asked).toHaveLength(1);
});

test('a server that is not there is unreachable', async () => {
  const gone = await wildServer(() => {});
  await gone.stop();
  expect(await failureOf(get(gone.url))).toBe(
    `unreachable: No connection to 127.0.0.1:${gone.port}: nothing listens there.`,
  );
});

test('a name without an address is unreachable', async () => {
  const lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
  expect(await failureOf(get('http://nowhere.test/', { lookup }))).toBe(
    'unreachable: No connection to nowhere.test:80: the name has no address.',
  );
});

test('a lookup that never ends is bounded by the time for a connection', async () => {
  const opened = egress(LOOPBACK, { lookup: () => new Promise(() => {}), connectMs: 50 });
  const asked = opened.request('http://slow.test/', { method: 'GET', signal: new AbortController().signal });
  expect(await failureOf(asked)).toBe('unreachable: No connection to slow.test:80: it took longer than 50 ms.');
});

test('a silent server is given up after the time for the first byte, and its socket is closed [E2]', async () => {
  const { url, sockets } = await server(() => {});
  expect(await failureOf(get(url, { limits: { firstByteMs: 60 } }))).toMatch(/^timeout: .* did not begin .* 60 ms/);
  await until(() => sockets.size === 0);
});

test('a server that stops in the midst of its answer is given up after the idle time', async () => {
  const { url, sockets } = await server((_req, res) => res.writeHead(200).write('half'));
  expect(await failureOf(get(url, { limits: { idleMs: 60 } }))).toMatch(/^timeout: .* stopped answering for 60 ms/);
  await until(() => sockets.size === 0);
});

test('a dripping server is bounded by the signal of the caller, and its socket is closed', async () => {
  const drips: NodeJS.Timeout[] = [];
  const { url, sockets } = await server((_req, res) => {
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
  const { url, sockets, asked } = await server(answer);
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
  const { url, sockets } = await server((_req, res) => res.end());
  await expect(get(url, { signal: AbortSignal.abort(new Error('too late')) })).rejects.toThrow('too late');
  expect(sockets.size).toBe(0);
});

test('connections are used again, and closed at the end', async () => {
  const { url, sockets, asked } = await server((_req, res) => res.end('ok'));
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
  const { url, sockets } = await server((_req, res) => {
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
  const { url, sockets } = await server((_req, res) => {
    res.writeHead(200);
    const flood = () => {
      while (!res.destroyed && res.write('x'.repeat(10_000)));
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
  const { url } = await server((_req, res) =>
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
  const { url } = await server((_req, res) => res.writeHead(200, { 'content-encoding': encoding }).end(bomb));
  const before = process.memoryUsage.rss();
  expect(await failureOf(get(url))).toBe('too_large: The answer is larger than 20971520 bytes decompressed.');
  expect(process.memoryUsage.rss() - before).toBeLessThan(60 * 1024 * 1024);
});

test('compressed data that is none, or ends too early, is broken', async () => {
  const half = gzipSync(Buffer.from('hello '.repeat(1000))).subarray(0, 40);
  const bodies = [Buffer.from('not gzip at all'), half];
  const { url } = await server((_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(bodies.shift()));
  expect(await failureOf(get(url))).toMatch(/^broken: /);
  expect(await failureOf(get(url))).toMatch(/^broken: /);
});

test.each(['zstd', 'gzip, br', 'constructor'])('the encoding "%s" is refused', async (encoding) => {
  const { url } = await server((_req, res) => res.writeHead(200, { 'content-encoding': encoding }).end('whatever'));
  expect(await failureOf(get(url))).toBe(`broken: The answer is encoded as "${encoding}", which was not asked for.`);
});

test('who stops reading a compressed answer, while the server is silent, leaves no socket behind', async () => {
  const { url, sockets } = await server((_req, res) => {
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

test('a head without end is refused', async () => {
  const { url } = await server((_req, res) => res.writeHead(200, { 'x-big': 'y'.repeat(40_000) }).end());
  expect(await failureOf(get(url))).toMatch(/^too_large: The head of the answer/);
});

test('a server that breaks off is told apart from one that ends', async () => {
  const { url } = await server((_req, res) => {
    res.writeHead(200, { 'content-length': '100' }).write('half');
    setImmediate(() => res.socket?.destroy());
  });
  expect(await failureOf(get(url))).toMatch(/^broken: The connection to 127\.0\.0\.1:\d+ broke/);
});

test('what does not speak HTTP is broken', async () => {
  const listener = createServer((socket) => void socket.on('error', () => {}).end('SSH-2.0-OpenSSH_9.6\r\n'));
  await once(listener.listen(0, '127.0.0.1'), 'listening');
  stops.push(async () => listener.close());
  const { port } = listener.address() as { port: number };
  expect(await failureOf(get(`http://127.0.0.1:${port}/`))).toMatch(/^broken: /);
});
