import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '../config.ts';
import type { StartedRunner } from '../runner/loop.ts';
import type { PushHolder } from '../tasks/push/push-holder.ts';

/** How far a replica is: what its context tells everybody. */
export type Phase = { started: boolean; leaving: boolean; draining: boolean };

/** What holds work, and what is closed in reverse order of its start when that is handed over. */
type Parts = { phase: Phase; localRunner: StartedRunner | null; push: PushHolder; running: AsyncDisposableStack };

/**
 * Makes what stops a replica: not ready, then no more work is taken, what runs may end, the rest is handed back, and all
 * is closed. `atOnce` waits for nothing; also on a second call, which settles with the first.
 */
export function stopper(config: Config, parts: Parts): (options?: { atOnce: boolean }) => Promise<void> {
  let stopped: Promise<void> | undefined;
  const hurry = new AbortController();
  return ({ atOnce } = { atOnce: false }) => {
    if (atOnce) hurry.abort();
    stopped ??= leave(config, parts, hurry.signal);
    return stopped;
  };
}

async function leave(config: Config, { phase, localRunner, push, running }: Parts, hurry: AbortSignal): Promise<void> {
  const handBack = () => {
    void push.stop({ atOnce: true });
    // A runner that is asked a second time hands its work back at once.
    void localRunner?.stop();
    void localRunner?.stop();
  };
  phase.leaving = true;
  // Balancers need a look or two at /readyz before they send their requests elsewhere. A hurry ends the wait.
  if (config.mode === 'production') await pause(config.drainNotReadyMs, undefined, { signal: hurry }).catch(() => {});
  phase.draining = true;
  // Not only when its turn comes: calls end, and none is begun, while the local runner drains.
  void push.stop({ atOnce: hurry.aborted });
  if (hurry.aborted) handBack();
  hurry.addEventListener('abort', handBack, { once: true });
  await running.disposeAsync();
}
