import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { agentsOf, call, command, enrol, openSession, started } from '../../test/support/enrolled-runner.ts';

const TIME = expect.stringMatching(/Z$/);
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

test('a machine becomes a runner with an enrolment token, once [R1]', async () => {
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

test('of ten machines that use one token at once, one becomes a runner [R1]', async () => {
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
  const rotate = async (from: { authorization: string }) =>
    bearer((await call(whoosh, 'POST', '/runners/credentials/rotate', from)).json().credential);
  const lost = await rotate(headers);
  const kept = await rotate(headers);
  const statusWith = async (one: { authorization: string }) =>
    (await call(whoosh, 'POST', '/runners/session', one, started())).statusCode;
  expect([await statusWith(headers), await statusWith(lost), await statusWith(kept)]).toEqual([201, 401, 201]);
  const next = await rotate(kept);
  expect([await statusWith(headers), await statusWith(kept), await statusWith(next)]).toEqual([401, 201, 201]);
});
