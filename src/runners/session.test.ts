import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { agentsOf, call, command, enrol, openSession, started } from '../../test/support/enrolled-runner.ts';
import { until } from '../../test/support/until.ts';

const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/);
const TIME = expect.stringMatching(/Z$/);

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
    account: null,
    parked_until: null,
    parked_reason: null,
    url: null,
    has_key: false,
    version: null,
    prices: {},
    inventory: [],
    breaker_open: false,
    problem: null,
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

test('a new session supersedes the older one and gives up the leases it held [R11]', async () => {
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
