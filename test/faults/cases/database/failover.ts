import { setTimeout as pause } from 'node:timers/promises';
import { openPair, type Pair } from '../../failover/pair.ts';
import type { Fault } from '../../fault.ts';
import type { Fleet } from '../../fleet/fleet.ts';
import { SHORT } from '../../fleet/short.ts';

/** What replicas may take to accept a task once the standby is the primary. */
const DEAD_MS = 2000;
/** A statement under way has its deadline, so has connecting, and then the other host is given a second to be silent. */
const SILENT_MS = Number(SHORT.DB_QUERY_TIMEOUT_MS) + Number(SHORT.DB_CONNECT_TIMEOUT_MS) + 1000 + DEAD_MS;

/** Every commit waits for the standby, so what was acknowledged is there; replicas know both hosts. */
export const failover: Fault = {
  name: 'failover',
  what: 'The primary is killed -9, its synchronous standby is promoted, and the replicas follow',
  fleet: { openPostgres: openPair },
  async harm(fleet) {
    const { killOld, promote } = fleet.postgres as Pair;
    await pause(3000);
    await fleet.ledger.duringOutage(async () => {
      await killOld();
      await promote();
      await backWithin(DEAD_MS, fleet);
    });
  },
};

/** The worse case: nobody is told that the connections are dead. */
export const silentFailover: Fault = {
  name: 'failover-silent',
  what: 'The primary can be reached no more, which nobody is told; its standby is promoted, and the replicas follow',
  fleet: { openPostgres: openPair },
  // Clients that are refused come again, and the harness, which carries all the bytes, must not be what is slow.
  load: { perSecond: 20 },
  async harm(fleet) {
    const { killOld, promote } = fleet.postgres as Pair;
    await pause(3000);
    await fleet.ledger.duringOutage(async () => {
      for (const { proxy } of fleet.replicas) proxy.set({ silent: true });
      await promote();
      await backWithin(SILENT_MS, fleet);
    });
    await killOld();
  },
};

/** Complains when a task is not accepted in this time, counted from now. */
async function backWithin(limitMs: number, { client, complain }: Fleet): Promise<void> {
  const promotedAt = performance.now();
  await client.submit(`after the promotion ${promotedAt}`, 'pull');
  const backMs = Math.round(performance.now() - promotedAt);
  if (backMs > limitMs) complain(`The first task after the promotion was accepted after ${backMs} ms`);
}
