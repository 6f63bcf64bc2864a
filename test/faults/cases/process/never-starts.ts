import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

export const neverStarts: Fault = {
  name: 'never-starts',
  what: 'A runner takes work and renews its leases, but starts nothing: what it holds is given to others',
  harmless: true,
  async harm({ runners, postgres, complain }) {
    const runner = runners[0]!;
    const manners = runner.manners;
    // Longer than START_TIMEOUT_MS, in which its polls renew what it holds.
    runner.manners = () => pause(10_000);
    await pause(7000);
    runner.manners = manners;
    const sql = `select count(*)::int as held from attempts where holder_id = $1 and outcome = 'released'`;
    const [row] = await postgres.sql<{ held: number }>(sql, [runner.holder_id]);
    if (!row!.held) complain('It was given nothing, so nothing was shown');
  },
};
