import { killMarked } from '../processes/kill-marked.ts';
import { signalGroup } from '../processes/signal-group.ts';
import { ATTEMPT_VARIABLE } from './command-environment.ts';
import type { Execution } from './executor.ts';

/**
 * Ends what an agent's command left running: its process group, and on Linux also what left the group but kept its
 * environment. What cannot be ended is said in the log.
 */
export async function endRest(groupId: number, { folder, output }: Execution): Promise<void> {
  signalGroup(groupId, 'SIGKILL');
  if (await killMarked(`${ATTEMPT_VARIABLE}=${folder.id}`)) output.system('Some of its processes could not be ended.');
}
