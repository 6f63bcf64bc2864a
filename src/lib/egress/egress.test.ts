import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { egress, failureOf, get, LOOPBACK } from '../../../test/support/egress.ts';
import { serveWild } from '../../../test/support/model-servers/serve-wild.ts';
import { wildServer } from '../../../test/support/model-servers/wild-server.ts';
import type { EgressPolicy } from './refuse-address.ts';

const addresses = (...all: string[]): LookupAddress[] =>
  all.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

test('an answer is given with its status, headers and body, and no compression was asked for', async () => {
  const { url, asked } = await serveWild((_req, res) =>
    res.writeHead(418, { 'x-tea': 'green' }).end('short and stout'),
  );
  const answer = await get(`${url}/pot?size=2`, { method: 'POST', headers: { 'x-a': 'b' }, body: 'water' });
  expect(answer).toMatchObject({ status: 418, headers: { 'x-tea': 'green' }, text: 'short and stout' });
  expect(asked).toMatchObject([
    { method: 'POST', path: '/pot?size=2', body: 'water', headers: { 'x-a': 'b', 'accept-encoding': 'identity' } },
  ]);
});

test('an address that the policy refuses is not contacted', async () => {
  const { url, sockets } = await serveWild((_req, res) => res.end());
  const failure = await failureOf(get(url, { policy: { allow: ['private'], forbid: [] } }));
  expect(failure).toMatch(/^forbidden_address: 127\.0\.0\.1 is a loopback address/);
  expect(sockets.size).toBe(0);
});

test('a name that resolves to a refused address is not contacted', async () => {
  const { port, asked } = await serveWild((_req, res) => res.end());
  const lookup = async () => addresses('127.0.0.1', '169.254.169.254');
  const failure = await failureOf(get(`http://model.test:${port}/`, { policy: { allow: [], forbid: [] }, lookup }));
  expect(failure).toMatch(/^forbidden_address: model\.test is not called: 127\.0\.0\.1 is a loopback address/);
  expect(asked).toEqual([]);
});

test('of several addresses only those are connected to that the policy allows', async () => {
  const { port } = await serveWild((_req, res) => res.end('here'));
  const lookup = async () => addresses('169.254.169.254', '10.0.0.1', '127.0.0.1');
  expect(await get(`http://model.test:${port}/`, { lookup })).toMatchObject({ status: 200, text: 'here' });
});

test('a name that changes its address between check and connection gains nothing: it is looked up once [E1]', async () => {
  const { port } = await serveWild((_req, res) => res.end('here'));
  let lookups = 0;
  const lookup = async () => addresses(lookups++ === 0 ? '127.0.0.1' : '169.254.169.254');
  expect(await get(`http://rebinding.test:${port}/`, { lookup })).toMatchObject({ text: 'here' });
  expect(lookups).toBe(1);
});

test('a name that came to mean a refused address is refused at the next connection', async () => {
  const { port, asked } = await serveWild((_req, res) => res.writeHead(200, { connection: 'close' }).end('here'));
  let lookups = 0;
  const opened = egress(LOOPBACK, { lookup: async () => addresses(lookups++ === 0 ? '127.0.0.1' : '10.0.0.1') });
  const ask = () =>
    opened.request(`http://rebinding.test:${port}/`, { method: 'GET', signal: new AbortController().signal });
  for await (const chunk of (await ask()).body) expect(chunk.toString()).toBe('here');
  expect(await failureOf(ask())).toMatch(/^forbidden_address: .*10\.0\.0\.1/);
  expect(asked).toHaveLength(1);
});

test('the database that is known by a name is refused by its address', async () => {
  const { port, asked } = await serveWild((_req, res) => res.end());
  const policy: EgressPolicy = { allow: ['loopback'], forbid: [{ address: 'db.test', port }] };
  const lookup = async () => addresses('127.0.0.1');
  expect(await failureOf(get(`http://model.test:${port}/`, { policy, lookup }))).toMatch(/belongs to WHOOSH itself/);
  expect(asked).toEqual([]);
});

test('an address that is written in another way is connected to all the same', async () => {
  const { port } = await serveWild((_req, res) => res.end('here'));
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
  onTestFinished(() => void listener.close());
  const { port } = listener.address() as { port: number };
  const lookup = async () => addresses('127.0.0.1');
  expect(await failureOf(get(`https://model.test:${port}/`, { lookup }))).toMatch(
    /^unreachable: No connection to model/,
  );
  expect(names).toEqual(['model.test']);
});

test('a redirect is not followed, and says where it led [E1]', async () => {
  const { url, asked } = await serveWild((_req, res) =>
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
