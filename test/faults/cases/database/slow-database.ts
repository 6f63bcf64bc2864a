import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

/** Each direction has half of it, so that a round trip takes 200 ms, 100 more or less. */
export const slowDatabase: Fault = {
  name: 'slow-database',
  what: 'Every round trip to PostgreSQL takes 200 ms, 100 more or less, for 8 s',
  harmless: true,
  load: { perSecond: 20 },
  async harm({ replicas }) {
    for (const { proxy } of replicas) proxy.set({ latencyMs: 100, jitterMs: 50 });
    await pause(8000);
    for (const { proxy } of replicas) proxy.set({});
  },
};
