import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { request } from './request.ts';

type Reply = (req: IncomingMessage, res: ServerResponse) => void;

/** Answers the first request by the first reply and so on; the last one goes on for ever. */
async function listening(...replies: Reply[]) {
  const seen: IncomingMessage[] = [];
  const server = createServer((req, res) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)];
    seen.push(req);
    reply?.(req, res);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close(() => {}).closeAllConnections());
  return { server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (_req, res) =>
    res.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));

const problem = (code: string, status: number, headers = {}) =>
  json({ type: 'about:blank', title: code, status, code, detail: `it is ${code}` }, status, headers);

test('a call carries the token and the JSON body, and gives the JSON of the answer', async () => {
  let body = '';
  const { server, seen } = await listening((req, res) => {
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => json({ ok: true })(req, res));
  });
  const answer = await request({
    server: `${server}/`,
    token: 'whk_1',
    method: 'POST',
    path: '/api/v1/tasks',
    query: { limit: 2, cursor: undefined },
    json: { title: 'a' },
  });
  expect(answer).toEqual({ ok: true });
  expect(body).toBe('{"title":"a"}');
  expect(seen[0]).toMatchObject({
    method: 'POST',
    url: '/api/v1/tasks?limit=2',
    headers: { authorization: 'Bearer whk_1', 'content-type': 'application/json' },
  });
});

test('an empty answer is null', async () => {
  const { server } = await listening((_req, res) => res.writeHead(204).end());
  expect(await request({ server, path: '/' })).toBeNull();
});

test('a refusal is thrown with its code, sentence, fields and further members', async () => {
  const { server } = await listening(
    json(
      {
        type: 'about:blank',
        title: 'Conflict',
        status: 409,
        code: 'lease_lost',
        detail: 'The attempt no longer holds the lease.',
        errors: [{ path: 'a', message: 'b' }],
        current_epoch: 7,
      },
      409,
      { 'retry-after': '3' },
    ),
  );
  await expect(request({ server, path: '/' })).rejects.toMatchObject({
    name: 'WhooshError',
    code: 'lease_lost',
    status: 409,
    detail: 'The attempt no longer holds the lease.',
    errors: [{ path: 'a', message: 'b' }],
    retryAfter: 3,
    members: { current_epoch: 7 },
  });
});

test('an answer that is not from WHOOSH is refused with its beginning', async () => {
  const { server } = await listening((_req, res) => res.writeHead(404).end('<html>nginx</html>'));
  await expect(request({ server, path: '/' })).rejects.toMatchObject({
    code: 'unexpected_answer',
    status: 404,
    message: expect.stringContaining('<html>nginx</html>'),
  });
});

test('a redirect is refused, so that the token goes nowhere else', async () => {
  const other = await listening(json('stolen'));
  const { server } = await listening((_req, res) => res.writeHead(307, { location: other.server }).end());
  await expect(request({ server, path: '/', token: 'whk_1' })).rejects.toMatchObject({ code: 'unreachable' });
  expect(other.seen).toEqual([]);
});

test('without a policy nothing is repeated', async () => {
  const { server, seen } = await listening(problem('unavailable', 503));
  await expect(request({ server, path: '/' })).rejects.toMatchObject({ code: 'unavailable' });
  expect(seen).toHaveLength(1);
});

test('429, 503 and a broken connection are repeated until an answer comes', async () => {
  const { server, seen } = await listening(
    problem('queue_full', 429),
    problem('unavailable', 503),
    (req) => req.socket.destroy(),
    json('done'),
  );
  const told: string[] = [];
  const retry = { withinMs: 10_000, baseMs: 1, onRetry: (error: { code: string }) => void told.push(error.code) };
  expect(await request({ server, path: '/', retry })).toBe('done');
  expect(seen).toHaveLength(4);
  expect(told).toEqual(['queue_full', 'unavailable', 'unreachable']);
});

test('Retry-After is waited for, in seconds or as a date measured by the clock of the server', async () => {
  const { server } = await listening(
    problem('unavailable', 503, { 'retry-after': '1' }),
    problem('unavailable', 503, {
      date: 'Mon, 01 Jan 2001 00:00:00 GMT',
      'retry-after': 'Mon, 01 Jan 2001 00:00:01 GMT',
    }),
    json('done'),
  );
  const waits: number[] = [];
  const retry = { withinMs: 10_000, baseMs: 1, onRetry: (_: unknown, waitMs: number) => void waits.push(waitMs) };
  expect(await request({ server, path: '/', retry })).toBe('done');
  expect(waits).toEqual([1000, 1000]);
});

test('when the wait would end after the deadline, the refusal is thrown at once', async () => {
  const { server, seen } = await listening(problem('unavailable', 503, { 'retry-after': '3600' }));
  await expect(request({ server, path: '/', retry: { withinMs: 60_000 } })).rejects.toMatchObject({ retryAfter: 3600 });
  expect(seen).toHaveLength(1);
});

test('other refusals are not repeated, whatever the policy', async () => {
  const { server, seen } = await listening(problem('internal', 500));
  await expect(request({ server, path: '/', retry: { withinMs: Infinity } })).rejects.toMatchObject({ status: 500 });
  expect(seen).toHaveLength(1);
});

test('nobody listening is unreachable, with the reason', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  await expect(request({ server: `http://127.0.0.1:${port}`, path: '/' })).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('an answer that does not come in time is a timeout, also in the middle of its body', async () => {
  const { server } = await listening(
    () => {},
    (_req, res) => res.writeHead(200).write('{'),
  );
  for (let i = 0; i < 2; i++) {
    await expect(request({ server, path: '/slow', timeoutMs: 50 })).rejects.toMatchObject({ code: 'timeout' });
  }
});

test('the signal ends the call and its waits with the reason that the caller gave', async () => {
  const { server } = await listening(() => {}, problem('unavailable', 503, { 'retry-after': '3600' }));
  const reason = new Error('enough');
  const first = new AbortController();
  const waiting = request({ server, path: '/', signal: first.signal });
  first.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  const second = new AbortController();
  const retry = { withinMs: Infinity, onRetry: () => second.abort(reason) };
  await expect(request({ server, path: '/', signal: second.signal, timeoutMs: 50, retry })).rejects.toBe(reason);
});
