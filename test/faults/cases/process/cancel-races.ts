import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../../../support/chance.ts';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import type { Manners } from '../../fleet/runner.ts';

/** A task lives for about as long, so that the cancel meets it in every state. */
const LIFE_MS = 300;

/** Ends an attempt in one of the ways in which one can end. */
const capricious =
  (chance: Chance): Manners =>
  async (runner, grant) => {
    if (!(await runner.begin(grant))) return;
    const result = await runner.work(grant);
    const verb = chance.of(['complete', 'complete', 'complete', 'fail', 'release'] as const)!;
    await runner.report(grant, verb, result);
  };

/** Submits and cancels some moments later, sometimes twice, from different replicas. */
async function submitAndCancel({ client, complain }: Fleet, chance: Chance, n: number): Promise<void> {
  const { ids } = await client.submit(randomUUID(), n % 2 ? 'push' : 'pull', { backoff_base_ms: 50 });
  const [id] = ids;
  if (!id) return;
  await pause(LIFE_MS * chance.next());
  const cancel = () => client.insist({ path: `/tasks/${id}/cancel` });
  const answers = await Promise.all(chance.is(0.3) ? [cancel(), cancel()] : [cancel()]);
  for (const { status, body } of answers)
    if (status !== 200 && body.code !== 'invalid_state') complain(`A cancel was answered ${status} ${body.code}`);
}

/** A cancel that was answered before the end decides: nothing begins after it, and only a success may still win. */
const WRONG_SQL = `
  select count(*)::int as wrong from outcomes o join tasks t on t.id = o.task_id
  join lateral (select min(at) as at from events e where e.task_id = t.id and e.type = 'task.cancel_requested') c on c.at is not null
  where t.idempotency_key = any ($1) and (
    o.state not in ('succeeded', 'cancelled')
    or exists (select from attempts a where a.task_id = t.id and a.claimed_at > c.at))`;

/** So many tasks are submitted and cancelled. */
export const cancelRaces = (tasks: number): Fault => ({
  name: 'cancel-races',
  what: `${tasks} cancels meet their tasks at every moment of their lives: in the queue, at the claim, the start, the end`,
  harmless: true,
  load: { perSecond: 0 },
  async harm(fleet, chance) {
    const manners = fleet.runners.map((runner) => runner.manners);
    for (const runner of fleet.runners) runner.manners = capricious(chance);
    const racing: Promise<void>[] = [];
    for (let n = 0; n < tasks; n++) {
      racing.push(submitAndCancel(fleet, chance, n));
      await pause(20);
    }
    await Promise.all(racing);
    for (const [n, runner] of fleet.runners.entries()) runner.manners = manners[n]!;
  },
  async check({ postgres, ledger }) {
    const [row] = await postgres.sql<{ wrong: number }>(WRONG_SQL, [[...ledger.submissions.keys()]]);
    return row!.wrong ? [`${row!.wrong} tasks went on after their cancel`] : [];
  },
});
