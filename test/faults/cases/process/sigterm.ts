import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { noneLost } from '../none-lost.ts';
import { slowAgents } from '../slow-agents.ts';

export const sigterm: Fault = {
  name: 'sigterm',
  what: 'SIGTERM to a replica under load: what it calls may end, then it exits with 0, and no lease is lost',
  async harm(fleet) {
    slowAgents(fleet, 1000);
    await pause(2500);
    const exitCode = await fleet.replicas[0]!.kill('SIGTERM');
    if (exitCode !== 0) fleet.complain(`The replica exited with ${exitCode}`);
    slowAgents(fleet, 0);
    await fleet.replicas[0]!.start();
  },
  check: noneLost,
};
