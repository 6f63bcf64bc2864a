import { setTimeout as pause } from 'node:timers/promises';
import type { Fleet } from '../fleet/fleet.ts';

/** Lets every call of a model server take `ms` milliseconds more while `act` runs, so that there is work to be interrupted. */
export async function whileAgentsAreSlow({ agents }: Fleet, ms: number, act: () => Promise<void>): Promise<void> {
  for (const agent of agents) {
    agent.behaviour = async (call) => {
      await pause(ms);
      await agent.wellBehaved(call);
    };
  }
  await act();
  for (const agent of agents) agent.behaviour = agent.wellBehaved;
}
