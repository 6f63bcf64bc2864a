import { expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';

const PROJECTS = '/api/v1/projects';
const KEYS = '/api/v1/keys';
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/Z$/);

type Headers = { authorization: string };
const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

const post = ({ app }: TestApp, url: string, headers: Headers, payload: object = {}) =>
  app.inject({ method: 'POST', url, headers, payload });

const statusWith = async ({ app }: TestApp, secret: string) =>
  (await app.inject({ url: PROJECTS, headers: bearer(secret) })).statusCode;

async function createKey(test: TestApp, headers: Headers, payload: object) {
  const answer = await post(test, KEYS, headers, payload);
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

test('a new key works at once, and its secret is shown once and stored nowhere', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const key = await createKey(whoosh, admin, { name: 'ci', role: 'viewer' });
  expect(key).toEqual({
    id: UUID,
    name: 'ci',
    role: 'viewer',
    project_id: null,
    created_at: TIME,
    expires_at: null,
    previous_secret_until: null,
    revoked_at: null,
    secret: expect.stringMatching(/^whk_[0-9a-f]{32}_[0-9a-f]{64}$/),
  });
  expect(await statusWith(whoosh, key.secret)).toBe(200);
  const { secret: _, ...shown } = key;
  const list = await whoosh.app.inject({ url: KEYS, headers: admin });
  expect(list.json().items[0]).toEqual(shown);
  const stored = JSON.stringify([
    await whoosh.db.query('select * from api_keys'),
    await whoosh.db.query('select * from events'),
  ]);
  expect(stored).not.toContain(key.secret.split('_')[2]);
});

test('a revoked key is refused at once on every replica that was told [A6]', async () => {
  const whoosh = await testApp();
  const other = await testApp({ beside: whoosh });
  const admin = await whoosh.as('admin');
  const key = await createKey(whoosh, admin, { name: 'ci', role: 'viewer' });
  expect([await statusWith(whoosh, key.secret), await statusWith(other, key.secret)]).toEqual([200, 200]);
  const revoke = () => whoosh.app.inject({ method: 'DELETE', url: `${KEYS}/${key.id}`, headers: admin });
  expect([(await revoke()).statusCode, (await revoke()).statusCode]).toEqual([204, 204]);
  expect([await statusWith(whoosh, key.secret), await statusWith(other, key.secret)]).toEqual([401, 401]);
  const events = await whoosh.db.query(`select type, data from events where type = 'key.revoked'`);
  expect(events).toEqual([{ type: 'key.revoked', data: { key_id: key.id, name: 'ci' } }]);
});

test('an expired key is refused', async () => {
  const whoosh = await testApp();
  const key = await createKey(whoosh, await whoosh.as('admin'), { name: 'ci', role: 'viewer', ttl_ms: 60_000 });
  await whoosh.db.query(`update api_keys set expires_at = now() where id = $1`, [key.id]);
  expect(await statusWith(whoosh, key.secret)).toBe(401);
});

test('after a rotation the old secret works for 24 hours, even when the rotation is repeated [A6]', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const key = await createKey(whoosh, admin, { name: 'ci', role: 'viewer' });
  const first = (await post(whoosh, `${KEYS}/${key.id}/rotate`, admin)).json();
  const second = (await post(whoosh, `${KEYS}/${key.id}/rotate`, admin)).json();
  expect(second.previous_secret_until).toBe(first.previous_secret_until);
  const statuses = () => Promise.all([key, first, second].map(({ secret }) => statusWith(whoosh, secret)));
  expect(await statuses()).toEqual([200, 401, 200]);
  await whoosh.db.query('update api_keys set previous_secret_until = now() where id = $1', [key.id]);
  whoosh.context.notify('credentials');
  expect(await statuses()).toEqual([401, 401, 200]);
});

test('a revoked key cannot be rotated', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const key = await createKey(whoosh, admin, { name: 'ci', role: 'viewer' });
  await whoosh.app.inject({ method: 'DELETE', url: `${KEYS}/${key.id}`, headers: admin });
  expect((await post(whoosh, `${KEYS}/${key.id}/rotate`, admin)).json()).toMatchObject({ code: 'invalid_state' });
});

test('an admin of one project sees, makes and revokes keys of that project only [I10]', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const shop = (await post(whoosh, PROJECTS, admin, { slug: 'shop' })).json();
  await post(whoosh, PROJECTS, admin, { slug: 'bank' });
  const shopAdmin = await whoosh.as('admin', shop.id);

  const key = await createKey(whoosh, shopAdmin, { name: 'ci', role: 'developer' });
  expect(key.project_id).toBe(shop.id);
  const foreign = await post(whoosh, KEYS, shopAdmin, { name: 'x', role: 'admin', project: 'bank' });
  expect(foreign.json()).toMatchObject({ status: 404, code: 'not_found' });

  const bankKey = await createKey(whoosh, admin, { name: 'x', role: 'viewer', project: 'bank' });
  const globalKey = await createKey(whoosh, admin, { name: 'x', role: 'viewer' });
  for (const { id } of [bankKey, globalKey]) {
    const answer = await whoosh.app.inject({ method: 'DELETE', url: `${KEYS}/${id}`, headers: shopAdmin });
    expect(answer.statusCode).toBe(404);
  }
  const { items } = (await whoosh.app.inject({ url: KEYS, headers: shopAdmin })).json();
  expect(items.map(({ project_id }: { project_id: string }) => project_id)).toEqual([shop.id, shop.id]);
});
