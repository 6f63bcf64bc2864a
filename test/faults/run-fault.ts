import type { Chance } from '../support/chance.ts';
import { until } from '../support/until.ts';
import type { Fault } from './fault.ts';
import type { Fleet } from './fleet/fleet.ts';
import { startLoad } from './load.ts';
import { problemsOf, type Result } from './report.ts';
import { reachVerdict } from './verdict.ts';

const DRAIN_MS = 45_000;

/** Runs one fault on a fleet: load, harm, drain, verdict. Rejects only when the harness itself fails. */
export async function runFault(fleet: Fleet, fault: Fault, chance: Chance, seconds?: number): Promise<Result> {
  const beganAt = performance.now();
  const { name, what } = fault;
  const ledger = fleet.newLedger();
  fleet.takeComplaints();
  const load = startLoad(fleet, { ...fault.load, ...(seconds !== undefined && { seconds }) });
  await fault.harm(fleet, chance).catch((error: Error) => fleet.complain(`The harm failed: ${error.message}`));
  await load.end();
  const left = await drain(fleet, fault.drainMs ?? DRAIN_MS);
  const verdict = await reachVerdict(fleet.postgres.sql, ledger);
  const more = (await fault.check?.(fleet)) ?? [];
  const problems = [...problemsOf(verdict), ...left, ...more, ...fleet.takeComplaints()];
  return { name, what, seconds: (performance.now() - beganAt) / 1000, verdict, problems };
}

/** Waits until no task is unfinished; answers what is. */
async function drain({ postgres, runners }: Fleet, timeoutMs: number): Promise<string[]> {
  const live = () => postgres.sql<{ id: string; state: string }>('select id, state from live_tasks limit 5');
  const reported = () => runners.every(({ held }) => held.size === 0);
  try {
    await until(async () => !(await live()).length && reported(), { timeoutMs, everyMs: 50 });
    return [];
  } catch {
    const left = await live().catch((error: Error) => [{ id: error.message, state: 'unknown' }]);
    return left.map(({ id, state }) => `Task ${id} is still ${state} after ${timeoutMs} ms`);
  }
}
