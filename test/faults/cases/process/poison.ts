import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../../../support/until.ts';
import type { Fault } from '../../fault.ts';
import type { FleetRunner, Manners } from '../../fleet/runner.ts';

/** Dies of one task, as a process does that runs out of memory, and is started again a moment later. */
const dyingOf =
  (key: string, otherwise: Manners): Manners =>
  async (runner, grant) => {
    if (grant.title !== key) return otherwise(runner, grant);
    if (!(await runner.begin(grant))) return;
    void runner.work(grant).catch(() => {});
    runner.kill();
    await pause(300);
    await runner.start();
  };

export const poison: Fault = {
  name: 'poison',
  what: 'A task kills every runner that begins it: after its third lost lease it fails as poison, and all other work goes on',
  harmless: true,
  async harm(fleet) {
    const key = randomUUID();
    const manners = fleet.runners.map((runner: FleetRunner) => runner.manners);
    for (const runner of fleet.runners) runner.manners = dyingOf(key, runner.manners);
    const { ids } = await fleet.client.submit(key, 'pull');
    const sql = 'select state, reason from outcomes where task_id = $1';
    const [end] = await until(
      async () => {
        const rows = await fleet.postgres.sql<{ state: string; reason: string }>(sql, [...ids]);
        return rows.length ? rows : undefined;
      },
      { timeoutMs: 60_000 },
    );
    if (`${end!.state} ${end!.reason}` !== 'failed poison') fleet.complain(`It ended as ${end!.state}: ${end!.reason}`);
    const begun = fleet.ledger.executions.filter((one) => one.key === key).length;
    if (begun !== 3) fleet.complain(`It was begun ${begun} times`);
    for (const [n, runner] of fleet.runners.entries()) runner.manners = manners[n]!;
  },
};
