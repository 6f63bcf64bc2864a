import { expect, test } from 'vitest';
import { changeForTest } from '../../test/support/change-for-test.ts';
import { readEventStream } from '../../test/support/event-reader.ts';
import { replica } from '../../test/support/replica.ts';
import { until } from '../../test/support/until.ts';
import { STREAM_TIMES } from './event-stream.ts';

const ALL = '/api/v1/events';

test('a stream is cut when its key is revoked, and pings until then [A5]', async () => {
  changeForTest(STREAM_TIMES, { ping: 20, recheck: 50 });
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const reader = await readEventStream(whoosh.address, ALL, headers);
  await until(() => reader.comments.filter((comment) => comment.trim() === 'ping').length > 2);
  await whoosh.db.query('update api_keys set revoked_at = now()');
  whoosh.context.notify('credentials');
  await reader.ended;
});

test('a page of another origin may not follow; a program and our own page may', async () => {
  const whoosh = await replica();
  const headers = await whoosh.as('viewer');
  const statusFrom = async (origin: string) =>
    (await readEventStream(whoosh.address, ALL, { ...headers, origin })).status;
  expect(await statusFrom('https://evil.example')).toBe(403);
  expect(await statusFrom('null')).toBe(403);
  expect(await statusFrom(whoosh.address)).toBe(200);
});

test('a request for the headers of a stream is answered at once', async () => {
  const whoosh = await replica();
  const answer = await fetch(whoosh.address + ALL, { method: 'HEAD', headers: await whoosh.as('viewer') });
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8']);
});

test('one credential cannot take every stream from the others', async () => {
  const whoosh = await replica();
  const [greedy, other] = [await whoosh.as('viewer'), await whoosh.as('viewer')];
  const readers = await Promise.all(Array.from({ length: 200 }, () => readEventStream(whoosh.address, ALL, greedy)));
  expect(new Set(readers.map(({ status }) => status))).toEqual(new Set([200]));
  expect((await readEventStream(whoosh.address, ALL, greedy)).status).toBe(503);
  expect((await readEventStream(whoosh.address, ALL, other)).status).toBe(200);
});

test('a server that closes ends its streams', async () => {
  const whoosh = await replica();
  const reader = await readEventStream(whoosh.address, ALL, await whoosh.as('viewer'));
  await whoosh.app.close();
  await reader.ended;
});
