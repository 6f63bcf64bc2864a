import { expect, test } from 'vitest';
import { type TestApp, testApp } from '../../test/support/app.ts';
import { agentsOf, call, command, enrol, openSession } from '../../test/support/enrolled-runner.ts';
import { httpRunner } from '../../test/support/http-runner.ts';
import { runningServer } from '../../test/support/running-server.ts';
import { endParkings } from './end-parkings.ts';

type Headers = { authorization: string };

const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();

/** A runner with two agents of one account and one of none. */
async function fleet() {
  const whoosh = await testApp();
  const admin = await whoosh.as('admin');
  const { headers } = await enrol(whoosh, admin);
  const account = 'anthropic:me@example.com';
  const coders = [command('claude', { account }), command('other', { account }), command('shell')];
  const { holder_id } = await openSession(whoosh, headers, ...coders);
  const park = (more: object = {}) =>
    parkAs(whoosh, headers, { holder_id, account, parked_until: inHours(2), reason: 'usage limit reached', ...more });
  const statuses = async () =>
    Object.fromEntries((await agentsOf(whoosh, admin)).map(({ name, status }) => [name, status]));
  const events = async () =>
    (await whoosh.db.query<{ type: string }>("select type from events where type like 'account.%' order by seq")).map(
      ({ type }) => type,
    );
  return { whoosh, admin, account, holder_id, headers, park, statuses, events };
}

const parkAs = async (whoosh: TestApp, headers: Headers, body: object) => {
  const answer = await call(whoosh, 'POST', '/runners/accounts/park', headers, body);
  return { status: answer.statusCode, body: answer.body ? answer.json() : null };
};

test('a reached limit parks every agent of the account, until its time or until a person ends it', async () => {
  const { whoosh, admin, park, statuses, events } = await fleet();
  const parked_until = inHours(2);
  expect((await park({ parked_until })).status).toBe(204);
  expect(await statuses()).toEqual({ claude: 'parked', other: 'parked', shell: 'online' });
  expect((await call(whoosh, 'GET', '/agents/claude', admin)).json()).toMatchObject({
    parked_until,
    parked_reason: 'usage limit reached',
  });
  const unpark = () => call(whoosh, 'POST', '/agents/other/unpark', admin);
  expect((await unpark()).json()).toMatchObject({ status: 'online', parked_until: null });
  expect((await unpark()).statusCode).toBe(200);
  expect(await statuses()).toEqual({ claude: 'online', other: 'online', shell: 'online' });
  expect(await events()).toEqual(['account.parked', 'account.unparked']);
});

test('of two times the later counts', async () => {
  const { whoosh, admin, park, events } = await fleet();
  const [sooner, later] = [inHours(1), inHours(3)];
  for (const parked_until of [later, sooner, later]) expect((await park({ parked_until })).status).toBe(204);
  expect((await call(whoosh, 'GET', '/agents/claude', admin)).json().parked_until).toBe(later);
  expect(await events()).toEqual(['account.parked']);
});

test('a parking that is over gives work at once, and is told', async () => {
  const { whoosh, park, statuses, events } = await fleet();
  await park();
  expect(await endParkings(whoosh.db)).toBe(0);
  await whoosh.db.query(`update parked_accounts set parked_until = now() - interval '1 second'`);
  expect((await statuses()).claude).toBe('online');
  expect(await endParkings(whoosh.db)).toBe(1);
  expect(await endParkings(whoosh.db)).toBe(0);
  expect(await events()).toEqual(['account.parked', 'account.unparked']);
});

test('a time that has passed parks nothing; one more than 31 days ahead is refused', async () => {
  const { park, statuses, events } = await fleet();
  expect((await park({ parked_until: inHours(-1) })).status).toBe(204);
  const { status, body } = await park({ parked_until: inHours(31 * 24 + 1) });
  expect([status, body.errors[0].path]).toEqual([422, 'parked_until']);
  for (const unusable of ['tomorrow', '0000-01-01T00:00:00Z', '2027-01-01T00:00:00+23:00'])
    expect((await park({ parked_until: unusable })).body).toMatchObject({ errors: [{ path: 'parked_until' }] });
  expect([await statuses(), await events()]).toEqual([{ claude: 'online', other: 'online', shell: 'online' }, []]);
});

test('a runner parks accounts of its own agents only, and nobody else parks any', async () => {
  const { whoosh, admin, holder_id, account, park } = await fleet();
  expect((await park({ account: 'openai:somebody' })).status).toBe(404);
  const body = { holder_id, account, parked_until: inHours(1), reason: 'x' };
  expect((await parkAs(whoosh, admin, body)).status).toBe(403);
  const { headers: other } = await enrol(whoosh, admin);
  expect((await parkAs(whoosh, other, body)).status).toBe(404);
});

test('the same account in another project is not parked with it', async () => {
  const { whoosh, admin, account, park } = await fleet();
  const project = (await call(whoosh, 'POST', '/projects', admin, { slug: 'red', name: 'Red' })).json();
  const { headers } = await enrol(whoosh, admin, { project: project.id });
  await openSession(whoosh, headers, command('theirs', { account }));
  await park();
  expect((await agentsOf(whoosh, admin)).find(({ name }) => name === 'theirs')!.status).toBe('online');
});

test('a task waits for the end of the parking, why names the time, and then it goes on within seconds [K6]', async () => {
  const server = await runningServer();
  const runner = await httpRunner(server, { agent: 'claude', account: 'anthropic:me' });
  const parked_until = new Date(Date.now() + 3000).toISOString();
  await runner.park(parked_until, 'usage limit reached');
  const { client } = server;
  const task = await client.submitTask({ title: 'Later' });
  const begun = runner.begin();
  const why = await client.whyTask(task.id);
  expect(why.agents[0]).toMatchObject({ verdict: 'account_parked', detail: expect.stringContaining(parked_until) });
  expect((await begun).task_id).toBe(task.id);
  const late = Date.now() - Date.parse(parked_until);
  expect(late).toBeGreaterThan(-50);
  expect(late).toBeLessThan(6000);
});
