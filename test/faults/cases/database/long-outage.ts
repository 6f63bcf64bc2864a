import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { repeatedBeyond, workUnderWay } from './repeated-beyond.ts';

const TTL_MS = 4000;

let underWay = 0;

/** After the outage every lease looks dead, and none may be taken away before holders had one whole lease to renew. */
export const longOutage: Fault = {
  name: 'long-outage',
  what: 'PostgreSQL is away for three whole leases (3 x 4 s)',
  fleet: { env: { LEASE_TTL_MS: String(TTL_MS), PUSH_LEASE_TTL_MS: String(TTL_MS) } },
  load: { perSecond: 10 },
  async harm(fleet) {
    await pause(3000);
    await fleet.ledger.duringOutage(async () => {
      underWay = await workUnderWay(fleet);
      await fleet.postgres.stop('fast');
      await pause(3 * TTL_MS);
      await fleet.postgres.start();
    });
  },
  check: async (fleet) => repeatedBeyond(fleet, underWay),
};
