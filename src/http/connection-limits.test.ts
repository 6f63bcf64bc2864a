import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { changeForTest } from '../../test/support/change-for-test.ts';
import { listen } from '../../test/support/event-reader.ts';
import { until } from '../../test/support/until.ts';
import { CONNECTION_LIMITS } from './server-options.ts';

/** A client that sends what it likes. */
async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function heard(socket: Socket): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of socket) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

async function portOf(limits: Partial<typeof CONNECTION_LIMITS> = {}): Promise<number> {
  changeForTest(CONNECTION_LIMITS, limits);
  const { app } = await testApp();
  return Number(new URL(await listen(app)).port);
}

const problemIn = (answer: string) => JSON.parse(answer.slice(answer.indexOf('\r\n\r\n')));

test.each([
  ['a URL', `GET /api/v1/tasks?q=${'x'.repeat(17_000)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ['headers', `GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: ${'x'.repeat(17_000)}\r\n\r\n`],
])('%s of more than 16 KiB are refused, in our words', async (_what, request) => {
  const socket = await open(await portOf());
  socket.write(request);
  const answer = await heard(socket);
  expect(answer).toMatch(/^HTTP\/1\.1 431 .*\r\n(.*\r\n)*Content-Type: application\/problem\+json\r\n/);
  expect(problemIn(answer)).toMatchObject({ status: 431, code: 'headers_too_large' });
});

test('what is no HTTP is told so', async () => {
  const socket = await open(await portOf());
  socket.write('\x16\x03\x01 hello, is this TLS?\r\n\r\n');
  expect(problemIn(await heard(socket))).toMatchObject({ status: 400, code: 'malformed_http' });
});

test('headers that drip in are given so long, then the connection ends', async () => {
  const socket = await open(await portOf({ headers: 200, lookEvery: 50 }));
  socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => socket.write('X-More: 1\r\n'), 40);
  onTestFinished(() => clearInterval(drip));
  socket.on('error', () => {});
  const answer = await heard(socket);
  clearInterval(drip);
  expect(problemIn(answer)).toMatchObject({ status: 408, code: 'request_timeout' });
});

test('a body that never comes does not hold its connection', async () => {
  const socket = await open(await portOf({ headers: 200, request: 300, lookEvery: 50 }));
  const head =
    'POST /api/v1/runners/enrol HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n';
  socket.write(`${head}{`);
  expect(problemIn(await heard(socket))).toMatchObject({ code: 'request_timeout' });
});

test('whoever asks and takes no answer does not hold the connection', async () => {
  const port = await portOf({ silent: 300, connections: 1 });
  const socket = await open(port);
  socket.on('error', () => {}).pause();
  // 9 MB, more than the buffers of both sides hold.
  socket.write('GET /api/openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(90));
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/livez`).then(
      ({ status }) => status,
      () => 0,
    );
  expect(await ask()).toBe(0);
  await until(async () => (await ask()) === 200);
});

test('beyond so many connections a new one is closed, and those that are open are served', async () => {
  const port = await portOf({ connections: 2 });
  const [first] = [await open(port), await open(port)];
  const third = await open(port);
  expect(await heard(third).catch(() => '')).toBe('');
  first!.write('GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
  expect(await heard(first!)).toContain('200 OK');
});

test('a connection is kept for longer than balancers keep theirs', async () => {
  const { app } = await testApp();
  expect(app.server.keepAliveTimeout).toBeGreaterThan(60_000);
});
