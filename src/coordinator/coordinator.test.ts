import { afterAll, expect, onTestFinished, test } from 'vitest';
import { failStatements } from '../../test/faults/inject/fail-statements.ts';
import { testFleet } from '../../test/support/fleet.ts';
import { modelServer } from '../../test/support/model-servers/model-server.ts';
import { refusalOf } from '../../test/support/refusal-of.ts';
import { until } from '../../test/support/until.ts';
import { addAgent } from '../agents/add.ts';
import { approveAgent } from '../agents/approve.ts';
import { Coordinator } from './coordinator.ts';

const LEASE_MS = 800;
const fleet = await testFleet({
  replicas: 2,
  settings: {
    LEASE_TTL_MS: String(LEASE_MS),
    LEASE_GRACE_MS: '50',
    POLL_INTERVAL_MS: '20',
    // Longer than a lease by far: the coordinator must look more often by itself.
    REAP_INTERVAL_MS: '600000',
  },
});
const { desk, desks } = fleet;

const coordinators = desks.map((one) => new Coordinator(one.context, one));
for (const one of coordinators) one.start();
afterAll(() => Promise.all(coordinators.map((one) => one.stop())));

test('the standing duties of two replicas, together [G4] [G7] [I8]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 5 });

  // A holder that dies: its task is taken away and can be claimed again.
  const lost = await project.task({ title: 'lost' });
  const dead = await agent.begin();
  await until(async () => (await project.read(lost)).epoch === 2);
  expect((await agent.heartbeat(dead)).directive).toBe('stop');

  // A time that comes.
  const soon = await project.task({ needs: { capabilities: ['later'] }, available_at: '2999-01-01T00:00:00Z' });
  await fleet.change(soon, "available_at = now() + interval '50 ms'");
  await until(async () => (await project.read(soon)).state === 'queued');

  // An end that nobody told of: the replica that saw it died.
  const second = await project.task({
    title: 'second',
    needs: { capabilities: ['later'] },
    depends_on: [{ task: lost }],
  });
  const again = await agent.begin();
  await desk.settle({ task_id: again.task_id, epoch: again.epoch, end: 'succeeded', actor: 'test' });
  await until(async () => (await project.read(second)).state === 'queued');

  // Work that another replica took in while an agent waits here.
  const answer = agent.poll({ wait_ms: 10_000, desk });
  const id = await project.task({ title: 'there' }, { desk: desks[1]! });
  expect((await answer).grants.map(({ task_id }) => task_id)).toEqual([id]);
  await agent.complete({ task_id: id, epoch: 1 });

  expect(await coordinators[0]!.health()).toEqual({
    oldest_claimable_ms: expect.any(Number),
    last_claim_at: expect.any(String),
    last_reap_at: expect.any(String),
    orphan_tasks: 0,
    broken_invariants: [],
    notify_round_trip_ms: null,
    problem: null,
  });
  expect(fleet.warnings).toEqual([]);
});

test('a live holder keeps its lease however long the work takes, though it is short', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  const grant = await agent.begin();
  const end = performance.now() + 3 * LEASE_MS;
  while (performance.now() < end) expect((await agent.heartbeat(grant)).directive).toBe('continue');
  expect(await project.read(id)).toMatchObject({ state: 'running', epoch: 1 });
  await agent.complete(grant);
});

test('a database that answers and does not renew leases takes none away either', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  const grant = await agent.begin();
  const renewAgain = failStatements({ failures: [{ statement: 'tasks-heartbeat', when: 'before', error: '57014' }] });
  onTestFinished(renewAgain);
  const end = performance.now() + 3 * LEASE_MS;
  while (performance.now() < end)
    for (const at of desks) expect((await refusalOf(agent.heartbeat(grant, { desk: at }))).code).toBe('unavailable');
  renewAgain();
  expect((await agent.heartbeat(grant)).directive).toBe('continue');
  expect(await project.read(id)).toMatchObject({ state: 'running', epoch: 1 });
  await agent.complete(grant);
});

test('a model server that was approved is asked what it has by one of the replicas, and all know it', async () => {
  const server = await modelServer();
  const project = await fleet.project();
  const admin = { kind: 'key', id: 'test', role: 'admin', project_id: null } as const;
  const wish = { kind: 'ollama', name: 'laptop', url: server.url, labels: {}, prices: {} } as const;
  const { agent } = await addAgent(fleet.db, desk.modelServers, admin, {
    ...wish,
    capabilities: [],
    project_id: project.id,
  });
  await approveAgent(fleet.db, admin, agent.id);
  // Approving leaves the first probe to its route.
  await fleet.db.query('update endpoints set next_probe_at = now() where agent_id = $1', [agent.id]);
  await until(() => desks.every(({ roster }) => roster.get(agent.id)?.status === 'online'));
  expect(server.asked.filter(({ path }) => path === '/api/tags')).toHaveLength(1);
});

test('a stop ends the duties and answers everybody who waits', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const answer = agent.poll({ wait_ms: 20_000, desk: desks[1]! });
  await coordinators[1]!.stop();
  expect((await answer).grants).toEqual([]);
  const { lastReapAt } = coordinators[1]!;
  await coordinators[1]!.stop();
  expect(coordinators[1]!.lastReapAt).toBe(lastReapAt);
});
