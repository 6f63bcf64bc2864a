import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet.ts';

/** Lets every call of a model server take `ms` milliseconds more, so that there is work to be interrupted; 0: no more. */
export function slowAgents({ agents }: Fleet, ms: number): void {
  for (const agent of agents) {
    agent.behaviour = async (call) => {
      await pause(ms);
      await agent.wellBehaved(call);
    };
  }
}
