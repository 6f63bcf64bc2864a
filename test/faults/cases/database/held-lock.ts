import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Fault } from '../../fault.ts';
import { type HeldWork, holdWork } from './hold-work.ts';

const LOCKS = {
  rows: 'select from live_tasks for update',
  table: 'lock table live_tasks in exclusive mode',
};

const HELD_MS = 20_000;
/** A whole lease of a runner: by then whatever is taken away has been. */
const AFTERWARDS_MS = 12_000;

/** Somebody's open transaction: the database answers, and what it locks cannot be changed. */
export function heldLock(what: keyof typeof LOCKS): Fault {
  let held: HeldWork;
  return {
    name: `lock-held-on-${what}`,
    what: `Somebody else holds a lock on ${what === 'rows' ? 'all live tasks' : 'the table of live tasks'} for 20 s`,
    load: { perSecond: 20 },
    async harm(fleet) {
      held = await holdWork(fleet);
      const client = new pg.Client({ connectionString: fleet.postgres.url });
      await client.connect();
      await fleet.ledger.duringOutage(async () => {
        await client.query(`begin; ${LOCKS[what]}`);
        await pause(HELD_MS);
        await client.end();
      });
      await pause(AFTERWARDS_MS);
      held.release();
    },
    check: () => held.repeatedInVain(),
  };
}
