import { setTimeout as pause } from 'node:timers/promises';
import { groupMembers } from './proc-stat.ts';
import { signalGroup } from './signal-group.ts';

const LOOK_EVERY_MS = 25;

/**
 * Asks a process group to end (SIGTERM), and ends it (SIGKILL) when something of it is left after `graceMs`. Waits for
 * the whole group: a shell may be gone at once while the program it started still cleans up.
 */
export async function stopGroup(groupId: number, graceMs: number): Promise<void> {
  const killAt = performance.now() + graceMs;
  signalGroup(groupId, 'SIGTERM');
  while (await isRunning(groupId)) {
    if (performance.now() >= killAt) {
      signalGroup(groupId, 'SIGKILL');
      return;
    }
    await pause(LOOK_EVERY_MS);
  }
}

// A signal also reaches zombies, which stay for as long as process 1 likes: in a container without an init, for ever.
async function isRunning(groupId: number): Promise<boolean> {
  if (!signalGroup(groupId, 0)) return false;
  return process.platform !== 'linux' || (await groupMembers(groupId)).length > 0;
}
