import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { type HeldWork, holdWork } from './hold-work.ts';

const TTL_MS = 4000;

let held: HeldWork;

/** After the outage every lease looks dead, and none may be taken away before holders had one whole lease to renew. */
export const longOutage: Fault = {
  name: 'long-outage',
  what: 'PostgreSQL is away for three whole leases (3 x 4 s)',
  fleet: { env: { LEASE_TTL_MS: String(TTL_MS), PUSH_LEASE_TTL_MS: String(TTL_MS) } },
  load: { perSecond: 20 },
  async harm(fleet) {
    held = await holdWork(fleet);
    await fleet.ledger.duringOutage(async () => {
      await fleet.postgres.stop('fast');
      await pause(3 * TTL_MS);
      await fleet.postgres.start();
    });
    await pause(TTL_MS);
    held.release();
  },
  check: () => held.repeatedInVain(),
};
