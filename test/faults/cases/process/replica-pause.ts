import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { whileAgentsAreSlow } from '../while-agents-are-slow.ts';

const PAUSE_MS = 10_000;

export const replicaPause: Fault = {
  name: 'replica-pause',
  what: `A replica stands still (SIGSTOP) for ${PAUSE_MS / 1000} s, longer than its leases, and goes on as if nothing had been`,
  async harm(fleet) {
    await pause(1000);
    const replica = fleet.replicas[0]!;
    await whileAgentsAreSlow(fleet, 3000, async () => {
      await pause(1000);
      const absence = fleet.ledger.wentAway({ replica: replica.name });
      replica.child.kill('SIGSTOP');
      await pause(PAUSE_MS);
      replica.child.kill('SIGCONT');
      absence.until = Date.now();
    });
  },
};
