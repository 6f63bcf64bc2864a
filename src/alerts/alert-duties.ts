import type { Duty } from '../coordinator/loop.ts';
import { deliverDue } from './notify/deliver-due.ts';
import { AlertWatch, type WatchParts } from './watch.ts';

/** The longest that a notification waits for a replica to take it. */
const DELIVER_MS = 2000;

/** What every replica does about alerts, for its coordinator; each duty is safe beside its twins. */
export function alertDuties(parts: WatchParts): Duty[] {
  const { context, notifiers } = parts;
  const watch = new AlertWatch(parts);
  const everyMs = context.config.alertForMs / 6;
  const deliver = async (stop: AbortSignal) => ((await deliverDue(context, notifiers, stop)) ? 0 : undefined);
  return [
    { name: 'watch for alerts', everyMs, run: (stop) => watch.look(stop) },
    ...(notifiers.length ? [{ name: 'deliver alerts', everyMs: Math.min(DELIVER_MS, everyMs), run: deliver }] : []),
  ];
}
