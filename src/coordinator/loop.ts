import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../lib/log.ts';
import { workScope } from '../lib/work-scope.ts';

/** One duty of the coordinator; a number that it answers is in how many milliseconds it wants to be called at the latest. */
export type Duty = { name: string; everyMs: number; run: (signal: AbortSignal) => Promise<unknown> };

/**
 * Runs a duty again and again until the signal fires, with pauses varied by half so that replicas drift apart.
 * A duty that fails is repeated after its pause: each is written to be repeated.
 */
export async function runDuty({ name, everyMs, run }: Duty, log: Log, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const work = () =>
      run(signal).catch((error) => {
        if (!signal.aborted) log.warn({ err: error }, `Coordinator: ${name} failed and will be repeated`);
      });
    const soonest = await workScope.during(() => ({ duty: name }), work);
    const waitMs = Math.min(
      everyMs * (0.5 + Math.random()),
      typeof soonest === 'number' ? soonest : Number.POSITIVE_INFINITY,
    );
    // The abort is how the loop ends, not a failure.
    await pause(waitMs, undefined, { signal }).catch(() => {});
  }
}
