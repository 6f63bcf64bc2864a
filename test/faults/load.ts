import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { LoadOptions } from './fault.ts';
import type { Fleet } from './fleet/fleet.ts';

export type Load = {
  /** Submits no more, once its shortest time is over; resolves when every client knows, or gave up. */
  end(): Promise<void>;
};

/** Submits tasks at a steady rate to all replicas, whether or not they are done; half of them for model servers. */
export function startLoad(fleet: Fleet, { perSecond = 40, seconds = 8 }: Partial<LoadOptions> = {}): Load {
  const beganAt = performance.now();
  const under: Promise<unknown>[] = [];
  let over = false;
  const submitAll = async () => {
    while (!over || performance.now() - beganAt < seconds * 1000) {
      const due = ((performance.now() - beganAt) / 1000) * perSecond;
      for (; under.length < due; ) under.push(fleet.client.submit(randomUUID(), under.length % 2 ? 'push' : 'pull'));
      await pause(20);
    }
  };
  const submitting = perSecond > 0 ? submitAll() : Promise.resolve();
  return {
    async end() {
      over = true;
      await submitting;
      await Promise.all(under);
    },
  };
}
