import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

export const allReplicasKill: Fault = {
  name: 'all-replicas-kill',
  what: 'All replicas are killed (SIGKILL) at once under load, and started again a second later',
  async harm({ replicas, ledger }) {
    await pause(2000);
    await ledger.duringOutage(async () => {
      await Promise.all(replicas.map((replica) => replica.kill('SIGKILL')));
      await pause(1000);
      await Promise.all(replicas.map((replica) => replica.start()));
    });
  },
};
