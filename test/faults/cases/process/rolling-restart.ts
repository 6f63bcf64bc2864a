import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { noneLost } from '../none-lost.ts';

export const rollingRestart: Fault = {
  name: 'rolling-restart',
  what: 'The three replicas are restarted (SIGTERM) one after the other under load; no lease is lost',
  async harm({ replicas, complain }) {
    await pause(1000);
    for (const replica of replicas) {
      const exitCode = await replica.kill('SIGTERM');
      if (exitCode !== 0) complain(`${replica.name} exited with ${exitCode}`);
      await replica.start();
    }
  },
  check: noneLost,
};
