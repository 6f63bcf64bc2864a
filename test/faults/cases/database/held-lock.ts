import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Fault } from '../../fault.ts';
import { repeatedBeyond, workUnderWay } from './repeated-beyond.ts';

const LOCKS = {
  rows: 'select from live_tasks for update',
  table: 'lock table live_tasks in exclusive mode',
};

const HELD_MS = 20_000;

/** Somebody's open transaction: the database answers, and what it locks cannot be changed. */
export function heldLock(what: keyof typeof LOCKS): Fault {
  let underWay = 0;
  return {
    name: `lock-held-on-${what}`,
    what: `Somebody else holds a lock on ${what === 'rows' ? 'all live tasks' : 'the table of live tasks'} for 20 s`,
    load: { perSecond: 10 },
    async harm(fleet) {
      await pause(2000);
      const client = new pg.Client({ connectionString: fleet.postgres.url });
      await client.connect();
      await fleet.ledger.duringOutage(async () => {
        await client.query(`begin; ${LOCKS[what]}`);
        underWay = await workUnderWay(fleet);
        await pause(HELD_MS);
        await client.end();
      });
    },
    check: async (fleet) => repeatedBeyond(fleet, underWay),
  };
}
