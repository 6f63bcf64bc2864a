import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { FleetRunner, Grant, Manners } from '../../fleet/runner.ts';

/** Reports everything three times: the first is taken, the others are told that they are duplicates. */
const duplicating =
  ({ complain }: Fleet): Manners =>
  async (runner, grant) => {
    if (!(await runner.begin(grant))) return;
    const result = await runner.work(grant);
    const answers = await Promise.all([1, 2, 3].map(() => runner.report(grant, 'complete', result)));
    if (answers.toSorted().join() !== 'accepted,duplicate,duplicate') complain(`Three equal reports: ${answers}`);
    const other = await runner.report(grant, 'fail');
    if (other !== 'outcome_conflict') complain(`A failure after a success was answered ${other}`);
  };

/** Says how it ended before it says that it began. */
const reordering =
  ({ complain }: Fleet): Manners =>
  async (runner, grant) => {
    const result = await runner.work(grant);
    const answer = await runner.report(grant, 'complete', result);
    if (answer !== 'accepted') complain(`A report before the start was answered ${answer}`);
    if (await runner.begin(grant)) complain('What had ended was started');
  };

/** Gives the attempt back and reports it all the same. */
const late =
  ({ complain }: Fleet): Manners =>
  async (runner, grant) => {
    if (!(await runner.begin(grant))) return;
    // One of the runners does the work sooner or later.
    await runner.report(grant, 'release');
    await pause(100);
    const answer = await runner.report(grant, 'complete', { late: true });
    if (answer !== 'lease_lost' && answer !== 'outcome_conflict') complain(`A late report was answered ${answer}`);
  };

/** Reports what others hold: with their holder, with its own, with an epoch to come. */
const foreign =
  (fleet: Fleet, stranger: FleetRunner): Manners =>
  async (runner, grant) => {
    if (!(await runner.begin(grant))) return;
    for (const holder_id of [runner.holder_id, stranger.holder_id, randomUUID()])
      for (const epoch of [grant.epoch, grant.epoch + 1])
        await intrude(fleet, stranger, { ...grant, epoch }, holder_id);
    await runner.report(grant, 'complete', await runner.work(grant));
  };

async function intrude({ complain }: Fleet, stranger: FleetRunner, { task_id, epoch }: Grant, holder_id: string) {
  const path = `/tasks/${task_id}/attempts/${epoch}/complete`;
  const { status } = await stranger.insist({ path, body: { holder_id, result: { stolen: true } }, isWrong: true });
  if (status < 400) complain(`A stranger's report was taken: ${status}`);
}

export const wildReports: Fault = {
  name: 'wild-reports',
  what: 'Runners report twice, before the start, after they gave the work back, and what others hold',
  harmless: true,
  async harm(fleet) {
    const [a, b, c, d] = fleet.runners as [FleetRunner, FleetRunner, FleetRunner, FleetRunner];
    const { manners } = a;
    Object.assign(a, { manners: duplicating(fleet) });
    Object.assign(b, { manners: reordering(fleet) });
    Object.assign(c, { manners: late(fleet) });
    Object.assign(d, { manners: foreign(fleet, a) });
    await pause(6000);
    for (const runner of fleet.runners) runner.manners = manners;
  },
  async check({ postgres }) {
    const stolen = `select count(*)::int as stolen from outcomes where result::text ~ 'stolen|late'`;
    const [row] = await postgres.sql<{ stolen: number }>(stolen);
    return row!.stolen ? [`${row!.stolen} results of others were stored`] : [];
  },
};
