import { expect, test } from 'vitest';
import { z } from 'zod';
import { testApp } from '../../test/support/app.ts';
import { AppError } from '../errors.ts';
import { createLog } from '../lib/log.ts';
import { actorName } from '../members/actor.ts';
import type { App, Routes } from './app-types.ts';

const schema = { operationId: 'whoAmI' };

const whoRoutes: Routes = (app) => {
  app.get('/who', { config: { permission: 'task.submit' }, schema }, ({ actor }) => actorName(actor));
};

const failRoutes =
  (error: unknown): Routes =>
  (app) => {
    app.get('/fail', { config: { permission: 'public', essential: true }, schema }, () => {
      throw error;
    });
  };

test('a route that does not say who may call it fails the build [A4]', async () => {
  const routes = (app: App) => void app.get('/open', { schema }, () => 'all yours');
  await expect(testApp({ routes: [routes] })).rejects.toThrow('GET /api/v1/open declares no permission');
});

test('a request without a valid credential is refused before its body is read', async () => {
  const { app, as } = await testApp({ routes: [whoRoutes] });
  const { authorization } = await as('admin');
  const wrongSecret = authorization.slice(0, -1) + (authorization.endsWith('0') ? '1' : '0');
  for (const header of [undefined, 'Basic eDp5', 'Bearer nonsense', wrongSecret]) {
    const answer = await app.inject({ url: '/api/v1/who', headers: header ? { authorization: header } : {} });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="whoosh"');
    expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  }
});

test('a key may do what its role allows', async () => {
  const { app, as } = await testApp({ routes: [whoRoutes] });
  const allowed = await app.inject({ url: '/api/v1/who', headers: await as('developer') });
  expect(allowed.body).toMatch(/^key:[0-9a-f-]{36}$/);
  const denied = await app.inject({ url: '/api/v1/who', headers: await as('viewer') });
  expect(denied.json()).toMatchObject({
    status: 403,
    code: 'forbidden',
    detail: 'This takes a key with the role developer or admin.',
  });
});

test('a path that leads nowhere is not found; a known path with another method says which it takes', async () => {
  const { app } = await testApp();
  expect((await app.inject('/api/v1/nothing')).json()).toMatchObject({ status: 404, code: 'not_found' });
  expect((await app.inject('/api/v1/%zz')).json()).toMatchObject({ status: 404, code: 'not_found' });
  const answer = await app.inject({ method: 'PATCH', url: '/api/v1/projects' });
  expect(answer.json()).toMatchObject({ status: 405, code: 'method_not_allowed' });
  expect(answer.headers.allow?.split(', ').sort()).toEqual(['GET', 'HEAD', 'POST']);
});

test('every answer has the security headers and a request id; a nonsense id is replaced', async () => {
  const { app } = await testApp();
  const answer = await app.inject({ url: '/api/v1/nothing', headers: { 'x-request-id': 'a b' } });
  expect(answer.headers).toMatchObject({
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

test('a refusal says when to try again and carries its own members', async () => {
  const error = new AppError('lease_lost', 'Gone.', { retryAfter: 0.2, members: { current_epoch: 7 } });
  const { app } = await testApp({ routes: [failRoutes(error)] });
  const answer = await app.inject('/api/v1/fail');
  expect(answer.headers['retry-after']).toBe('1');
  expect(answer.json()).toMatchObject({ status: 409, code: 'lease_lost', detail: 'Gone.', current_epoch: 7 });
});

test('a defect is answered without its details, which stand in the log under the request id', async () => {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line) } as unknown as NodeJS.WritableStream;
  const context = { log: createLog('info', false, sink) };
  const { app } = await testApp({ routes: [failRoutes(new Error('secret detail'))], context });
  const answer = await app.inject('/api/v1/fail');
  expect(answer.body).not.toContain('secret detail');
  expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'error', request_id: answer.json().request_id, route: '/api/v1/fail', err: { message: 'secret detail' } },
  ]);
});

test('while a replica drains it serves only what running work needs [A9]', async () => {
  let draining = false;
  const routes = [whoRoutes, failRoutes(new AppError('queue_full', 'Served.'))];
  const { app, as } = await testApp({ routes, context: { isDraining: () => draining } });
  const headers = await as('developer');
  expect((await app.inject({ url: '/api/v1/who', headers })).statusCode).toBe(200);
  draining = true;
  const refused = await app.inject({ url: '/api/v1/who', headers });
  expect(refused.headers['retry-after']).toBe('2');
  expect(refused.json()).toMatchObject({ status: 503, code: 'draining' });
  expect((await app.inject('/api/v1/fail')).json()).toMatchObject({ code: 'queue_full' });
});

test('an answer that breaks the documented shape is a defect, and what is not documented does not get out', async () => {
  const documented = { ...schema, response: { 200: z.object({ name: z.string() }).describe('A name') } };
  const routes = (app: App) =>
    void app.get('/named', { config: { permission: 'public' }, schema: documented }, () => ({
      name: 'a',
      secret: 'b',
    }));
  const { app } = await testApp({ routes: [routes] });
  expect((await app.inject('/api/v1/named')).json()).toEqual({ name: 'a' });
});
