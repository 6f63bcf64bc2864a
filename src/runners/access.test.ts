import { expect, test } from 'vitest';
import { testApp } from '../../test/support/app.ts';
import { agentsOf, call, command, enrol, openSession, started } from '../../test/support/enrolled-runner.ts';

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
