/** Signals every process of a group; false when there is none left (or none that is ours). Signal 0 only asks. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-groupId, signal);
    return true;
  } catch {
    // ESRCH: the group is empty. EPERM: what is left of it became another user's, such as a set-uid program.
    return false;
  }
}
