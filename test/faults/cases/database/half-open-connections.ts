import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

/** Nothing passes in either direction and nobody is told, as when a route is lost. */
export const halfOpenConnections: Fault = {
  name: 'half-open-connections',
  what: 'The way of every replica to PostgreSQL goes silent for 5 s; then of one of them, for 8 s',
  harmless: true,
  load: { perSecond: 20 },
  async harm({ replicas, ledger }, chance) {
    const silence = async (some: typeof replicas, ms: number) => {
      for (const { proxies } of some) for (const proxy of proxies) proxy.set({ silent: true });
      await pause(ms);
      for (const { proxies } of some) for (const proxy of proxies) proxy.set({});
    };
    await pause(1500);
    await ledger.duringOutage(() => silence(replicas, 5000));
    await pause(3000);
    await ledger.duringOutage(() => silence([chance.of(replicas)!], 8000));
  },
};
