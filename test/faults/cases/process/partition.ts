import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import type { FleetRunner, Manners } from '../../fleet/runner.ts';

/** Works for as long as the runner is cut off, so that its reports come when it is back. */
const patient =
  (ms: number): Manners =>
  async (runner, grant) => {
    if (!(await runner.begin(grant))) return;
    const result = await runner.work(grant);
    await pause(ms);
    await runner.report(grant, 'complete', result);
  };

async function partition(runner: FleetRunner, how: 'down' | 'deaf', ms: number): Promise<void> {
  const { manners } = runner;
  runner.manners = patient(ms);
  await pause(1000);
  runner.cut(how);
  await pause(ms);
  runner.manners = manners;
  runner.mend();
}

export const partitionShort: Fault = {
  name: 'partition-short',
  what: 'A runner is cut off for half a lease, another is deaf for as long (its calls arrive, no answer comes back): their work goes on and counts',
  harmless: true,
  async harm({ runners, complain, postgres }) {
    await Promise.all([partition(runners[0]!, 'down', 6000), partition(runners[1]!, 'deaf', 6000)]);
    const lost = "select count(*)::int as lost from attempts where outcome = 'lost' and holder_id = any ($1)";
    const [row] = await postgres.sql<{ lost: number }>(lost, [[runners[0]!.holder_id, runners[1]!.holder_id]]);
    if (row!.lost) complain(`${row!.lost} leases were lost`);
  },
};

export const partitionLong: Fault = {
  name: 'partition-long',
  what: 'A runner is cut off for longer than its lease, another is deaf for as long: others do the work of the first, whose late reports are refused; the second keeps its own',
  async harm({ runners, ledger, complain }) {
    await Promise.all([partition(runners[0]!, 'down', 16_000), partition(runners[1]!, 'deaf', 16_000)]);
    await pause(1000);
    if (!ledger.reports.some(({ answer }) => answer === 'lease_lost'))
      complain('No late report came, so nothing was shown');
  },
};
