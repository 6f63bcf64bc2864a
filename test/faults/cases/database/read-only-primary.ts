import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';

/** Every connection stays, reads as before and refuses writes with 25006. */
export const readOnlyPrimary: Fault = {
  name: 'read-only-primary',
  what: 'PostgreSQL refuses every write for 6 s',
  harmless: true,
  async harm({ postgres, ledger }) {
    const setReadOnly = async (value: 'on' | 'off') => {
      await postgres.sql(`alter system set default_transaction_read_only = ${value}`);
      await postgres.sql('select pg_reload_conf()');
    };
    await pause(1000);
    await ledger.duringOutage(async () => {
      await setReadOnly('on');
      await pause(6000);
      await setReadOnly('off');
    });
  },
};
