import { expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { until } from '../../test/support/until.ts';

const API = '/api/v1';
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/Z$/);

type Headers = { authorization: string };
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

const bearer = (secret: string): Headers => ({ authorization: `Bearer ${secret}` });

const call = ({ app }: TestApp, method: Method, path: string, headers: Partial<Headers>, payload?: object) =>
  app.inject({ method, url: API + path, headers, ...(payload && { payload }) });

const command = (name: string, more: object = {}) => ({ name, kind: 'command', ...more });
const started = (...agents: object[]) => ({ version: '1.0.0', hostname: 'box', os: 'linux', agents });

async function enrol(whoosh: TestApp, admin: Headers, enrolment: object = {}) {
  const { token } = (await call(whoosh, 'POST', '/runners/enrolments', admin, enrolment)).json();
  const answer = await call(whoosh, 'POST', '/runners/enrol', {}, { token, name: 'box' });
  expect(answer.statusCode).toBe(201);
  const { runner_id, credential } = answer.json();
  return { token, runner_id, credential, headers: bearer(credential) };
}

async function openSession(whoosh: TestApp, headers: Headers, ...agents: object[]) {
  const answer = await call(whoosh, 'POST', '/runners/session', headers, started(...agents));
  expect(answer.statusCode).toBe(201);
  return answer.json();
}

const agentsOf = async (whoosh: TestApp, headers: Headers) =>
  (await call(whoosh, 'GET', '/agents', headers)).json().items as { id: string; name: string; status: string }[];

test('a machine becomes a runner with an enrolment token, once', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { token, runner_id, credential } = await enrol(whoosh, admin);
  expect(credential).toMatch(/^whr_/);
  const again = await call(whoosh, 'POST', '/runners/enrol', {}, { token, name: 'box' });
  expect(again.json()).toMatchObject({ status: 410, code: 'enrolment_used' });
  const { items } = (await call(whoosh, 'GET', '/runners', admin)).json();
  expect(items).toEqual([
    {
      id: runner_id,
      name: 'box',
      project_id: null,
      version: null,
      hostname: null,
      os: null,
      online: false,
      last_seen_at: null,
      agents: 0,
      created_at: TIME,
    },
  ]);
});

test('of ten machines that use one token at once, one becomes a runner', async () => {
  const whoosh = await testApp();
  const { token } = (await call(whoosh, 'POST', '/runners/enrolments', await whoosh.as('admin'), {})).json();
  const tries = Array.from({ length: 10 }, () => call(whoosh, 'POST', '/runners/enrol', {}, { token, name: 'box' }));
  const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
  expect(statuses.sort()).toEqual([201, ...Array(9).fill(410)]);
  expect(await whoosh.db.query('select count(*)::int as runners from runners')).toEqual([{ runners: 1 }]);
});

test('an enrolment token that is expired, wrong or of another kind is refused', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { token } = (await call(whoosh, 'POST', '/runners/enrolments', admin, {})).json();
  const wrong = token.slice(0, -1) + (token.endsWith('0') ? '1' : '0');
  for (const bad of [wrong, 'nonsense', admin.authorization.slice(7)]) {
    const answer = await call(whoosh, 'POST', '/runners/enrol', {}, { token: bad, name: 'box' });
    expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
  }
  await whoosh.db.query('update enrolment_tokens set expires_at = now()');
  const late = await call(whoosh, 'POST', '/runners/enrol', {}, { token, name: 'box' });
  expect(late.json()).toMatchObject({ status: 410, code: 'enrolment_used' });
});

test('a session makes the runner and its agents online; closing it makes them offline at once', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { runner_id, headers } = await enrol(whoosh, admin);
  const coder = command('coder', { capabilities: ['code'], labels: { gpu: 'yes' }, max_concurrent: 2 });
  const session = await openSession(whoosh, headers, coder, command('broken', { not_ready_reason: 'not installed' }));
  expect(session).toEqual({
    holder_id: UUID,
    runner_id,
    agents: [
      { id: UUID, name: 'coder' },
      { id: UUID, name: 'broken' },
    ],
    lease_ttl_ms: 60_000,
    long_poll_ms: 25_000,
  });
  expect((await call(whoosh, 'GET', '/agents/coder', admin)).json()).toEqual({
    id: session.agents[0].id,
    name: 'coder',
    kind: 'command',
    project_id: null,
    runner_id,
    runner: 'box',
    capabilities: ['code'],
    models: [],
    labels: { gpu: 'yes' },
    max_concurrent: 2,
    used: 0,
    status: 'online',
    not_ready_reason: null,
    last_seen_at: TIME,
    created_at: TIME,
  });
  const statuses = async () => (await agentsOf(whoosh, admin)).map(({ name, status }) => `${name} ${status}`).sort();
  expect(await statuses()).toEqual(['broken not_ready', 'coder online']);
  const close = () => call(whoosh, 'DELETE', `/runners/session?holder_id=${session.holder_id}`, headers);
  expect([(await close()).statusCode, (await close()).statusCode]).toEqual([204, 204]);
  expect(await statuses()).toEqual(['broken offline', 'coder offline']);
  expect(await whoosh.db.query('select type from events order by seq')).toEqual(
    ['key.created', 'enrolment.created', 'runner.enrolled', 'runner.session_opened', 'runner.session_closed'].map(
      (type) => ({ type }),
    ),
  );
});

test('a runner that was not heard of for 45 seconds is offline', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { headers } = await enrol(whoosh, admin);
  await openSession(whoosh, headers, command('coder'));
  await whoosh.db.query(`update runners set last_seen_at = now() - interval '46 seconds'`);
  expect(await agentsOf(whoosh, admin)).toMatchObject([{ name: 'coder', status: 'offline' }]);
  expect((await call(whoosh, 'GET', '/runners', admin)).json().items).toMatchObject([{ online: false }]);
});

test('a new session supersedes the older one and gives up the leases it held', async () => {
  const whoosh = await testApp();
  const { headers } = await enrol(whoosh, await whoosh.as('admin'));
  const older = await openSession(whoosh, headers, command('coder'));
  await whoosh.db.query(
    `insert into live_tasks (id, project_id, class_id, state, ready, priority, slots, available_at, has_result_schema,
       epoch, max_attempts, backoff_base_ms, backoff_cap_ms, agent_id, holder_id, lease_expires_at)
     values (gen_random_uuid(), gen_random_uuid(), 1, 'running', false, 5, 1, now(), false, 1, 3, 0, 0, $1, $2,
       now() + interval '1 hour')`,
    [older.agents[0].id, older.holder_id],
  );
  const newer = await openSession(whoosh, headers, command('coder'));
  expect(newer.agents).toEqual(older.agents);
  const lost = await whoosh.db.query(
    `select 1 as lost from live_tasks where lease_expires_at < now() - interval '23 hours'`,
  );
  expect(lost).toEqual([{ lost: 1 }]);
  const declare = (holder_id: string) => call(whoosh, 'PUT', '/runners/session', headers, { holder_id, agents: [] });
  expect((await declare(older.holder_id)).json()).toMatchObject({ status: 409, code: 'session_superseded' });
  expect((await declare(newer.holder_id)).statusCode).toBe(200);
});

test('agents are what the runner says: gone when it names them no more, back when it does; draining stays', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { headers } = await enrol(whoosh, admin);
  const { holder_id, agents } = await openSession(whoosh, headers, command('a'), command('b'));
  const drained = await call(whoosh, 'POST', '/agents/a/drain', admin);
  expect(drained.json()).toMatchObject({ name: 'a', status: 'draining' });
  const declare = async (...names: string[]) => {
    const body = { holder_id, agents: names.map((name) => command(name, { max_concurrent: 3 })) };
    expect((await call(whoosh, 'PUT', '/runners/session', headers, body)).statusCode).toBe(200);
    return (await agentsOf(whoosh, admin)).map(({ id, name, status }) => ({ id, name, status }));
  };
  expect(await declare('b')).toEqual([{ id: agents[1].id, name: 'b', status: 'online' }]);
  expect(await declare('a', 'b')).toEqual([
    { id: agents[0].id, name: 'a', status: 'draining' },
    { id: agents[1].id, name: 'b', status: 'online' },
  ]);
  expect((await call(whoosh, 'POST', '/agents/a/resume', admin)).json()).toMatchObject({
    status: 'online',
    max_concurrent: 3,
  });
});

test('two agents of one name are refused', async () => {
  const whoosh = await testApp();
  const { headers } = await enrol(whoosh, await whoosh.as('admin'));
  const answer = await call(whoosh, 'POST', '/runners/session', headers, started(command('a'), command('a')));
  expect(answer.json()).toMatchObject({
    code: 'invalid_request',
    errors: [{ path: 'agents', message: 'two agents have the same name' }],
  });
});

test('an agent is removed when its runner is offline, and comes back with it', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { headers } = await enrol(whoosh, admin);
  const { holder_id } = await openSession(whoosh, headers, command('coder'));
  const remove = () => call(whoosh, 'DELETE', '/agents/coder', admin);
  expect((await remove()).json()).toMatchObject({ status: 409, code: 'invalid_state' });
  await call(whoosh, 'DELETE', `/runners/session?holder_id=${holder_id}`, headers);
  expect([(await remove()).statusCode, (await remove()).statusCode]).toEqual([204, 404]);
  await openSession(whoosh, headers, command('coder'));
  expect(await agentsOf(whoosh, admin)).toMatchObject([{ name: 'coder', status: 'online' }]);
});

test('an agent is found by its name while only one has it', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const ids: string[] = [];
  for (const runner of [await enrol(whoosh, admin), await enrol(whoosh, admin)]) {
    ids.push((await openSession(whoosh, runner.headers, command('coder'))).agents[0].id);
  }
  const answer = await call(whoosh, 'GET', '/agents/coder', admin);
  expect(answer.json()).toMatchObject({ status: 422, detail: expect.stringContaining(ids[0]!) });
  expect((await call(whoosh, 'GET', `/agents/${ids[1]}`, admin)).json()).toMatchObject({ id: ids[1] });
  expect((await call(whoosh, 'GET', '/agents/nobody', admin)).statusCode).toBe(404);
});

test('a removed runner loses its credential, its session and its agents', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { runner_id, headers } = await enrol(whoosh, admin);
  await openSession(whoosh, headers, command('coder'));
  expect((await call(whoosh, 'DELETE', `/runners/${runner_id}`, admin)).statusCode).toBe(204);
  expect(await agentsOf(whoosh, admin)).toEqual([]);
  const answer = await call(whoosh, 'POST', '/runners/session', headers, started());
  expect(answer.json()).toMatchObject({ status: 401, code: 'unauthenticated' });
});

test('a rotation whose answer was lost can be repeated with the old credential', async () => {
  const whoosh = await testApp();
  const { headers } = await enrol(whoosh, await whoosh.as('admin'));
  const rotate = async (from: Headers) =>
    bearer((await call(whoosh, 'POST', '/runners/credentials/rotate', from)).json().credential);
  const lost = await rotate(headers);
  const kept = await rotate(headers);
  const statusWith = async (one: Headers) =>
    (await call(whoosh, 'POST', '/runners/session', one, started())).statusCode;
  expect([await statusWith(headers), await statusWith(lost), await statusWith(kept)]).toEqual([201, 401, 201]);
  const next = await rotate(kept);
  expect([await statusWith(headers), await statusWith(kept), await statusWith(next)]).toEqual([401, 201, 201]);
});

test('a key of one project sees shared agents but cannot change them, and knows nothing of other projects', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  for (const slug of ['shop', 'bank']) await call(whoosh, 'POST', '/projects', admin, { slug });
  const shop = (await call(whoosh, 'GET', '/projects/shop', admin)).json();
  const shopAdmin = await whoosh.as('admin', shop.id);
  const runners = {
    shared: await enrol(whoosh, admin),
    shop: await enrol(whoosh, shopAdmin),
    bank: await enrol(whoosh, admin, { project: 'bank' }),
  };
  for (const [name, { headers }] of Object.entries(runners)) await openSession(whoosh, headers, command(name));

  expect((await agentsOf(whoosh, shopAdmin)).map(({ name }) => name)).toEqual(['shared', 'shop']);
  const drain = async (name: string) => (await call(whoosh, 'POST', `/agents/${name}/drain`, shopAdmin)).statusCode;
  expect([await drain('shop'), await drain('shared'), await drain('bank')]).toEqual([200, 403, 404]);
  const remove = async (id: string) => (await call(whoosh, 'DELETE', `/runners/${id}`, shopAdmin)).statusCode;
  const { shared, bank } = runners;
  expect([await remove(shared.runner_id), await remove(bank.runner_id)]).toEqual([403, 404]);
  const foreign = await call(whoosh, 'POST', '/runners/enrolments', shopAdmin, { project: 'bank' });
  expect(foreign.statusCode).toBe(404);
});

test('a runner may not do what is for people, nor people what is for runners', async () => {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { headers } = await enrol(whoosh, admin);
  expect((await call(whoosh, 'GET', '/agents', headers)).statusCode).toBe(403);
  const answer = await call(whoosh, 'POST', '/runners/session', admin, started());
  expect(answer.json()).toMatchObject({ code: 'forbidden', detail: 'This takes a runner.' });
});

test('runners that open sessions at once end with one open session each', async () => {
  const whoosh = await testApp();
  const { runner_id, headers } = await enrol(whoosh, await whoosh.as('admin'));
  const sessions = await Promise.all(Array.from({ length: 5 }, () => openSession(whoosh, headers, command('a'))));
  const open = await until(() =>
    whoosh.db.query<{ id: string }>('select id from holders where runner_id = $1 and ended_at is null', [runner_id]),
  );
  expect(open).toHaveLength(1);
  expect(sessions.map(({ holder_id }) => holder_id)).toContain(open[0]!.id);
});
