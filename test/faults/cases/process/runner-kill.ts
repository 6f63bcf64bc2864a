import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

export const runnerKill: Fault = {
  name: 'runner-kill',
  what: 'Two runners die without a word; one of them comes back at once, the other after its leases have run out',
  async harm({ runners }) {
    await pause(1500);
    const [first, second] = runners as [(typeof runners)[0], (typeof runners)[0]];
    first.kill();
    second.kill();
    await first.start();
    await pause(16_000);
    await second.start();
  },
};
