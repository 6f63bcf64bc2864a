import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import type { StopMode } from '../../fleet/postgres.ts';

const WHATS: Record<StopMode, string> = {
  fast: 'PostgreSQL is restarted as an administrator does it, three times',
  immediate: 'PostgreSQL is stopped without a checkpoint and recovers, three times',
  kill: 'The postmaster is killed -9 and PostgreSQL recovers, three times',
};

/** PostgreSQL ends in this way and is started again, under load. */
export const restartPostgres = (mode: StopMode): Fault => ({
  name: `postgres-${mode}`,
  what: WHATS[mode],
  harmless: true,
  async harm({ postgres, ledger }, chance) {
    for (let n = 0; n < 3; n++) {
      await pause(1000 + 1000 * chance.next());
      await ledger.duringOutage(async () => {
        await postgres.stop(mode);
        await pause(1000 * chance.next());
        await postgres.start();
      });
    }
  },
});
