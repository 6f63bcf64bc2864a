import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

/** Kills replicas so often, each time another one at another moment. */
export const replicaKill = (times: number): Fault => ({
  name: 'replica-kill',
  what: `A replica is killed (SIGKILL) ${times} times under load, each time another one at another moment, and started again`,
  async harm({ replicas }, chance) {
    for (let time = 0; time < times; time++) {
      await pause(200 + 800 * chance.next());
      const replica = chance.of(replicas)!;
      await replica.kill('SIGKILL');
      await pause(300 * chance.next());
      await replica.start();
    }
  },
});
