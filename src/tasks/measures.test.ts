import { beforeEach, expect, test } from 'vitest';
import { testFleet } from '../../test/support/fleet.ts';
import { approveTask } from './approve.ts';
import { reapTasks } from './reap.ts';

const fleet = await testFleet();
const { db, desk } = fleet;
const { metrics } = desk.context;

const COUNTED = [
  metrics.attempts_total,
  metrics.leases_lost_total,
  metrics.zombie_reports_total,
  metrics.dispatch_latency_seconds,
];
beforeEach(() => {
  for (const one of COUNTED) one.reset();
});

const attempts = async () =>
  Object.fromEntries((await metrics.attempts_total.get()).values.map(({ labels, value }) => [labels.outcome, value]));
const countOf = async (one: (typeof COUNTED)[number]) => (await one.get()).values[0]?.value;

test('attempts are counted by how they ended, each once, also when a report is repeated [S21]', async () => {
  const project = await fleet.project();
  const agent = await project.agent({ max_concurrent: 4 });
  for (let at = 0; at < 4; at++) await project.task({ backoff_base_ms: 0 });
  const { grants } = await agent.poll();
  for (const grant of grants) await agent.start(grant);
  await agent.complete(grants[0]!);
  await agent.complete(grants[0]!);
  await agent.fail(grants[1]!);
  await agent.fail(grants[2]!, { retryable: true });
  await agent.release(grants[3]!);
  expect(await attempts()).toEqual({ succeeded: 1, failed: 2, released: 1 });
});

test('a lost lease is counted, and so is the report of its holder that comes too late [S21]', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const id = await project.task();
  const grant = await agent.begin();
  await fleet.change(id, "lease_expires_at = now() - interval '1 h'");
  for (const one of await reapTasks(db, desk.context.config, { pull: true, push: true })) desk.announceSettled(one);
  await expect(agent.complete(grant)).rejects.toMatchObject({ code: 'lease_lost' });
  expect(await attempts()).toEqual({ lost: 1 });
  expect(await countOf(metrics.leases_lost_total)).toBe(1);
  expect(await countOf(metrics.zombie_reports_total)).toBe(1);
});

test('the wait for a claim begins when a task can be claimed: after its dependencies, its approval and its back-off', async () => {
  const project = await fleet.project();
  const agent = await project.agent();
  const long = "available_at = now() - interval '10 s'";
  const wait = async () => {
    const { values } = await metrics.dispatch_latency_seconds.get();
    metrics.dispatch_latency_seconds.reset();
    return values.find(({ metricName }) => metricName?.endsWith('_sum'))!.value;
  };
  const first = await project.task();
  await fleet.change(first, long);
  const claimed = await agent.begin();
  expect(await wait()).toBeGreaterThan(10);

  const { ids } = await project.submit([{ depends_on: [{ task: first }] }]);
  await fleet.change(ids[0]!, long);
  await agent.complete(claimed);
  await desk.tellDependants();
  await agent.complete(await agent.begin());
  expect(await wait()).toBeLessThan(10);

  const approval = await project.task({ requires_approval: true });
  await fleet.change(approval, long);
  await approveTask(desk, await project.read(approval), 'key:test');
  await agent.complete(await agent.begin());
  expect(await wait()).toBeLessThan(10);
});
