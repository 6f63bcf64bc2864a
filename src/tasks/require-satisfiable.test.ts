import { expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import type { TestProject, Wish } from '../../test/support/fleet-project.ts';
import { AppError } from '../errors.ts';

const fleet = await testFleet({ replicas: 2 });
const { db, desk } = fleet;

async function refusalOf(project: TestProject, wish: Wish) {
  const error: unknown = await project.submit(wish).catch((refusal: unknown) => refusal);
  expect(error).toBeInstanceOf(AppError);
  const { code, message, extras } = error as AppError;
  return { code, message, members: extras.members };
}

const GPU = { capabilities: ['gpu'] };

test('needs that nobody can satisfy are refused with the reason of each agent [T2]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ capabilities: ['shell'] });
  expect(await refusalOf(project, { title: 'Train', needs: GPU })).toEqual({
    code: 'unsatisfiable',
    message: `No agent could ever do "Train". Nearest: ${agent.runner}/${agent.name} lacks gpu.`,
    members: { needs: { capabilities: ['gpu'], labels: [], slots: 1 } },
  });
});

test('in a project without agents the refusal says to start a runner', async () => {
  const project = await fleet.project();
  expect((await refusalOf(project, { title: 'x' })).message).toBe(
    'No agent could ever do "x". No agent is known yet: start a runner.',
  );
});

test('of many agents the five that come nearest are named', async () => {
  const project = await fleet.project();
  const first = await project.agent({ name: 'a0' });
  for (let at = 1; at < 7; at++) await project.agent({ name: `a${at}`, on: first });
  await project.agent({ name: 'small', capabilities: ['gpu'], on: first });
  await project.agent({ name: 'other-model', capabilities: ['gpu'], on: first });
  const wish = { title: 'x', needs: { ...GPU, model: 'llama', slots: 2 } };
  const { message } = await refusalOf(project, wish);
  const named = [...message.matchAll(/\/(\S+) (lacks|does)/g)].map(([, name]) => name);
  expect(named).toHaveLength(5);
  expect(named.slice(0, 2).sort()).toEqual(['other-model', 'small']);
});

test('needs that nobody can satisfy are accepted when the caller says so, and wait', async () => {
  const project = await fleet.project();
  const { ids } = await project.submit({ needs: GPU, allow_unsatisfiable: true });
  expect(await project.read(ids[0]!)).toMatchObject({ state: 'queued' });
  const agent = await project.agent(GPU);
  expect((await agent.claim()).task_id).toBe(ids[0]);
});

test.each([
  ['offline', "update runners set last_seen_at = now() - interval '1 h' where id = $1"],
  ['draining', 'update agents set draining = true where runner_id = $1'],
  ['not ready', "update agents set not_ready_reason = 'not logged in' where runner_id = $1"],
])('an agent that is %s still counts: its work waits for it', async (_what, change) => {
  const project = await fleet.project();
  const agent = await project.agent(GPU);
  await db.query(change, [agent.runner_id]);
  await desk.roster.refresh();
  expect((await project.submit({ needs: GPU })).ids).toHaveLength(1);
});

test('an agent that is busy with all its slots still counts', async () => {
  const project = await fleet.project();
  const agent = await project.agent(GPU);
  await project.submit({ needs: GPU });
  await agent.begin();
  await desk.roster.refresh();
  expect((await project.submit({ needs: GPU })).ids).toHaveLength(1);
});

test('an agent that joined a moment ago, at another replica, counts', async () => {
  const project = await fleet.project();
  await project.agent(GPU);
  expect((await project.submit({ needs: GPU }, { desk: fleet.desks[1]! })).ids).toHaveLength(1);
});

test('agents of other projects do not count, and are not named [I10]', async () => {
  const [ours, theirs] = [await fleet.project(), await fleet.project()];
  await theirs.agent(GPU);
  expect((await refusalOf(ours, { needs: GPU })).message).toContain('No agent is known yet');
});

test('an agent that serves every project counts', async () => {
  const WANTED = { capabilities: ['everywhere'] };
  const [ours, theirs] = [await fleet.project(), await fleet.project()];
  const agent = await theirs.agent(WANTED);
  await db.query('update agents set project_id = null where id = $1', [agent.id]);
  const { ids } = await ours.submit({ needs: WANTED });
  await desk.roster.refresh();
  expect((await agent.claim()).task_id).toBe(ids[0]);
});
