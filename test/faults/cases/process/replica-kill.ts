import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

const TIMES = 20;

export const replicaKill: Fault = {
  name: 'replica-kill',
  what: `A replica is killed (SIGKILL) ${TIMES} times under load, each time another one at another moment, and started again`,
  async harm({ replicas }, chance) {
    for (let time = 0; time < TIMES; time++) {
      await pause(200 + 800 * chance.next());
      const replica = chance.of(replicas)!;
      await replica.kill('SIGKILL');
      await pause(300 * chance.next());
      await replica.start();
    }
  },
};
