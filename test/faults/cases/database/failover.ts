import { setTimeout as pause } from 'node:timers/promises';
import { openPair, type Pair } from '../../failover/pair.ts';
import type { Fault } from '../../fault.ts';

/** What replicas may take to work again once the standby is the primary. */
const BACK_MS = 5000;

/** Every commit waits for the standby, so what was acknowledged is there; replicas know both hosts. */
export const failover: Fault = {
  name: 'failover',
  what: 'The primary is killed -9, its synchronous standby is promoted, and the replicas follow',
  fleet: { openPostgres: openPair },
  async harm({ postgres, client, ledger, complain }) {
    await pause(3000);
    await ledger.duringOutage(() => (postgres as Pair).failOver());
    const promotedAt = performance.now();
    await client.submit(`after-${promotedAt}`, 'pull');
    const backMs = performance.now() - promotedAt;
    if (backMs > BACK_MS) complain(`The first task after the promotion was accepted after ${Math.round(backMs)} ms`);
  },
};
