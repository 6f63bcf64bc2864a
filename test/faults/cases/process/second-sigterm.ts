import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { noneLost } from '../none-lost.ts';
import { whileAgentsAreSlow } from '../while-agents-are-slow.ts';

/** Two signals within half a second are one key press. */
const BETWEEN_MS = 700;
/** Handing back takes a statement or two, where waiting for the calls would take five seconds. */
const LIMIT_MS = 2500;

export const secondSigterm: Fault = {
  name: 'second-sigterm',
  what: 'A second SIGTERM to a replica whose calls would take long: it hands them back at once and exits with 0',
  async harm(fleet) {
    const replica = fleet.replicas[0]!;
    await whileAgentsAreSlow(fleet, 5000, async () => {
      await pause(2500);
      replica.child.kill('SIGTERM');
      await pause(BETWEEN_MS);
      const askedAt = performance.now();
      const exitCode = await replica.kill('SIGTERM');
      const took = Math.round(performance.now() - askedAt);
      if (exitCode !== 0) fleet.complain(`The replica exited with ${exitCode}`);
      if (took > LIMIT_MS) fleet.complain(`It took ${took} ms to hand everything back`);
    });
    await replica.start();
  },
  check: noneLost,
};
