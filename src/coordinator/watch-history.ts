import type { Context } from '../context.ts';
import { readHistory } from '../events/history.ts';
import type { Duty } from './loop.ts';

const LOOK_MS = 5000;

/**
 * Notes which history the database is in, and makes the duty that calls `onRestored` when it is in another: it was
 * restored from a back-up under a running replica, which then remembers what never happened. The restore announces it;
 * the duty is for announcements that were lost.
 */
export async function watchHistory(
  { control, subscribe }: Pick<Context, 'control' | 'subscribe'>,
  onRestored: () => void,
): Promise<Duty> {
  const ours = await readHistory(control);
  const look = async () => {
    if ((await readHistory(control)) !== ours) onRestored();
  };
  subscribe('restored', () => void look().catch(() => {})); // The duty looks again.
  return { name: 'look at the history', everyMs: LOOK_MS, run: look };
}
