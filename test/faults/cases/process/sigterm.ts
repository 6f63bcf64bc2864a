import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { noneLost } from '../none-lost.ts';
import { whileAgentsAreSlow } from '../while-agents-are-slow.ts';

export const sigterm: Fault = {
  name: 'sigterm',
  what: 'SIGTERM to a replica under load: what it calls may end, then it exits with 0, and no lease is lost',
  async harm(fleet) {
    const replica = fleet.replicas[0]!;
    await whileAgentsAreSlow(fleet, 1000, async () => {
      await pause(2500);
      const exitCode = await replica.kill('SIGTERM');
      if (exitCode !== 0) fleet.complain(`The replica exited with ${exitCode}`);
    });
    await replica.start();
  },
  check: noneLost,
};
