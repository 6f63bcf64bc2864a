import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { listen, readEventStream } from '../../test/support/event-reader.ts';
import { readConfig } from '../config.ts';

const LISTED = 'https://app.example.com';
const FOREIGN = 'https://evil.example.com';

const withOrigins = (CORS_ORIGINS: string) => testApp({ context: { config: readConfig({ CORS_ORIGINS }) } });

const PREFLIGHT = { 'access-control-request-method': 'PATCH', 'access-control-request-headers': 'authorization' };

test('pages of listed origins may call with credentials, and their preflight needs none [S29]', async () => {
  const { app, as } = await withOrigins(`http://localhost:3000, ${LISTED}`);
  const preflight = await app.inject({
    method: 'OPTIONS',
    url: '/api/v1/projects/default',
    headers: { origin: LISTED, ...PREFLIGHT },
  });
  expect(preflight.statusCode).toBe(204);
  expect(preflight.headers).toMatchObject({
    'access-control-allow-origin': LISTED,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'authorization',
    'access-control-allow-methods': expect.stringContaining('PATCH'),
    'access-control-max-age': '600',
    vary: expect.stringContaining('Origin'),
  });
  const headers = { ...(await as('admin')), origin: LISTED };
  const made = await app.inject({
    method: 'POST',
    url: '/api/v1/projects',
    headers,
    payload: { name: 'A', slug: 'a' },
  });
  expect(made.statusCode).toBe(201);
  expect(made.headers['access-control-allow-origin']).toBe(LISTED);
  const refused = await app.inject({ url: '/api/v1/projects', headers: { origin: LISTED } });
  expect(refused.headers).toMatchObject({ 'access-control-allow-origin': LISTED, vary: 'Origin' });
  expect(refused.statusCode).toBe(401);
});

test('any other page can read nothing and change nothing, whatever it looks like', async () => {
  for (const settings of ['', LISTED]) {
    const { app, as } = await withOrigins(settings);
    const admin = await as('admin');
    for (const origin of [FOREIGN, `${LISTED}.evil.example.com`, `${LISTED}:444`, 'http://app.example.com', 'null']) {
      const headers = { ...admin, origin };
      const read = await app.inject({ url: '/api/v1/projects', headers });
      expect(read.headers['access-control-allow-origin']).toBeUndefined();
      const write = await app.inject({
        method: 'POST',
        url: '/api/v1/projects',
        headers,
        payload: { name: 'A', slug: 'a' },
      });
      expect(write.json()).toMatchObject({ status: 403, code: 'forbidden' });
    }
  }
});

test('pages of the server itself need no list, also behind a proxy that names another host', async () => {
  const { app, as } = await withOrigins('');
  const admin = await as('admin');
  const statusFor = async (slug: string, headers: Record<string, string>) => {
    const request = { method: 'POST', url: '/api/v1/projects', payload: { name: slug, slug } } as const;
    return (await app.inject({ ...request, headers: { ...admin, ...headers } })).statusCode;
  };
  expect(await statusFor('one', { host: 'whoosh.example.com', origin: 'https://whoosh.example.com' })).toBe(201);
  const behind = { host: '10.0.0.5:8000', origin: 'https://whoosh.example.com' };
  expect(await statusFor('two', { ...behind, 'sec-fetch-site': 'same-origin' })).toBe(201);
  expect(await statusFor('three', { ...behind, 'sec-fetch-site': 'same-site' })).toBe(403);
});

test('a page of a listed origin may follow events, and is told so by the headers that browsers ask for', async () => {
  const whoosh = await withOrigins(LISTED);
  const address = await listen(whoosh.app);
  const headers = await whoosh.as('admin');
  const follow = (origin: string) => readEventStream(address, '/api/v1/events', { ...headers, origin });
  const stream = await follow(LISTED);
  expect([stream.status, stream.headers.get('access-control-allow-origin')]).toEqual([200, LISTED]);
  expect((await follow(FOREIGN)).status).toBe(403);
});

test('outside production every page may be let in, without credentials', async () => {
  const { app, as } = await withOrigins('*');
  const answer = await app.inject({ url: '/api/v1/projects', headers: { ...(await as('viewer')), origin: FOREIGN } });
  expect(answer.headers['access-control-allow-origin']).toBe('*');
  expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
});
