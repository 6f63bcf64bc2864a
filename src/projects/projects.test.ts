import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';

const ID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/Z$/);

test('an admin creates a project and finds it by slug and by id', async () => {
  const { app, db, as } = await testApp();
  const headers = await as('admin');
  const created = await app.inject({ method: 'POST', url: '/api/v1/projects', headers, payload: { slug: 'web-shop' } });
  expect(created.statusCode).toBe(201);
  const project = created.json();
  expect(project).toEqual({
    id: ID,
    number: 2,
    slug: 'web-shop',
    name: 'web-shop',
    weight: 1,
    max_unfinished_tasks: 10_000,
    requires_approval: false,
    permission_rules: [],
    created_at: TIME,
  });
  for (const name of ['web-shop', project.id]) {
    const found = await app.inject({ url: `/api/v1/projects/${name}`, headers });
    expect(found.json()).toEqual(project);
  }
  const events = await db.query(`select project_id, type, data from events where type like 'project.%'`);
  expect(events).toEqual([
    {
      project_id: project.id,
      type: 'project.created',
      data: { slug: 'web-shop', name: 'web-shop', weight: 1, max_unfinished_tasks: 10_000 },
    },
  ]);
});

test('creating a project may be repeated blindly', async () => {
  const { app, db, as } = await testApp();
  const headers = await as('admin');
  const create = (payload: object) => app.inject({ method: 'POST', url: '/api/v1/projects', headers, payload });
  const [first, again] = [await create({ slug: 'shop', weight: 2 }), await create({ slug: 'shop', weight: 2 })];
  expect([first.statusCode, again.statusCode]).toEqual([201, 200]);
  expect(again.json()).toEqual(first.json());
  expect((await create({ slug: 'shop', weight: 3 })).json()).toMatchObject({ status: 409, code: 'slug_taken' });
  expect(await db.query(`select 1 from events where type = 'project.created'`)).toHaveLength(1);
});

test('a slug that is taken is refused, and so is one that looks like an id', async () => {
  const { app, as } = await testApp();
  const headers = await as('admin');
  const create = (slug: string) => app.inject({ method: 'POST', url: '/api/v1/projects', headers, payload: { slug } });
  expect((await create('default')).json()).toMatchObject({ status: 409, code: 'slug_taken' });
  expect((await create('00000000-0000-7000-8000-000000000000')).json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ path: 'slug', message: 'must not look like an id' }],
  });
});

test('projects are listed page by page, and a key of one project sees that one only', async () => {
  const { app, as } = await testApp();
  const headers = await as('admin');
  for (const slug of ['a', 'b', 'c']) {
    await app.inject({ method: 'POST', url: '/api/v1/projects', headers, payload: { slug } });
  }
  const slugs = (page: { items: { slug: string }[] }) => page.items.map(({ slug }) => slug);
  const first = (await app.inject({ url: '/api/v1/projects?limit=3', headers })).json();
  const second = (await app.inject({ url: `/api/v1/projects?limit=3&cursor=${first.next_cursor}`, headers })).json();
  expect([slugs(first), slugs(second), second.next_cursor]).toEqual([['default', 'a', 'b'], ['c'], null]);

  const bound = await as('admin', second.items[0].id);
  expect(slugs((await app.inject({ url: '/api/v1/projects', headers: bound })).json())).toEqual(['c']);
  const other = await app.inject({ url: '/api/v1/projects/a', headers: bound });
  const absent = await app.inject({ url: '/api/v1/projects/zzz', headers: bound });
  expect([other.statusCode, absent.statusCode]).toEqual([404, 404]);
  const denied = await app.inject({ method: 'POST', url: '/api/v1/projects', headers: bound, payload: { slug: 'd' } });
  expect(denied.json()).toMatchObject({
    code: 'forbidden',
    detail: 'This takes a key with the role admin for all projects.',
  });
});

test('a cursor that is not ours is refused by name', async () => {
  const { app, as } = await testApp();
  const headers = await as('viewer');
  for (const cursor of [
    'x',
    'bnVsbA',
    Buffer.from('{"a":1}').toString('base64url'),
    Buffer.from('-1').toString('base64url'),
  ]) {
    const answer = await app.inject({ url: `/api/v1/projects?cursor=${cursor}`, headers });
    expect(answer.json()).toMatchObject({ code: 'invalid_request', errors: [{ path: 'cursor' }] });
  }
});

test('an admin changes a project, and the record has what was before', async () => {
  const { app, db, as } = await testApp();
  const headers = await as('admin');
  const created = await app.inject({ method: 'POST', url: '/api/v1/projects', headers, payload: { slug: 'shop' } });
  const { id } = created.json();
  const patch = (payload: object, by = headers) =>
    app.inject({ method: 'PATCH', url: '/api/v1/projects/shop', headers: by, payload });
  const rules = [{ action: 'allow', tool: 'read' }];
  const changed = await patch({ name: 'Shop', weight: 3, requires_approval: true, permission_rules: rules });
  const expected = {
    ...created.json(),
    name: 'Shop',
    weight: 3,
    requires_approval: true,
    permission_rules: rules,
  };
  expect([changed.statusCode, changed.json()]).toEqual([200, expected]);
  expect((await app.inject({ url: '/api/v1/projects/shop', headers })).json()).toEqual(expected);
  expect((await patch({ weight: 3 })).json()).toEqual(expected);
  expect((await patch({ permission_rules: [], requires_approval: false })).json()).toMatchObject({
    permission_rules: [],
    requires_approval: false,
    weight: 3,
  });
  const events = await db.query(
    `select data from events where type = 'project.updated' and project_id = $1 order by xid, seq`,
    [id],
  );
  expect(events).toEqual([
    {
      data: {
        before: { name: 'shop', weight: 1, requires_approval: false, permission_rules: [] },
        after: { name: 'Shop', weight: 3, requires_approval: true, permission_rules: rules },
      },
    },
    {
      data: {
        before: { requires_approval: true, permission_rules: rules },
        after: { requires_approval: false, permission_rules: [] },
      },
    },
  ]);
});

test('an admin of one project changes its rules, but not its share of the fleet, and no other project', async () => {
  const { app, as } = await testApp();
  const admin = await as('admin');
  const create = (slug: string) =>
    app.inject({ method: 'POST', url: '/api/v1/projects', headers: admin, payload: { slug } });
  const [own] = [await create('own'), await create('other')];
  const bound = await as('admin', own.json().id);
  const patch = (slug: string, payload: object, headers = bound) =>
    app.inject({ method: 'PATCH', url: `/api/v1/projects/${slug}`, headers, payload });
  expect((await patch('own', { requires_approval: true })).json()).toMatchObject({ requires_approval: true });
  for (const payload of [{ weight: 100 }, { max_unfinished_tasks: 1_000_000 }]) {
    expect((await patch('own', payload)).json()).toMatchObject({ code: 'forbidden' });
  }
  expect((await patch('other', { name: 'Mine' })).statusCode).toBe(404);
  expect((await patch('own', { name: 'x' }, await as('developer'))).statusCode).toBe(403);
  expect((await patch('own', { slug: 'x' })).json()).toMatchObject({ code: 'invalid_request' });
});
