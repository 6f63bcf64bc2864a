import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { injectedEnv } from '../../inject/injected-env.ts';
import { terminateConnections } from './terminate-connections.ts';

/** A notification is a hint: what nobody was told of is found by polling. */
export const missedNotifications: Fault = {
  name: 'missed-notifications',
  what: 'No replica can notify, and connections for LISTEN are terminated each 500 ms, for 8 s',
  fleet: {
    env: injectedEnv({
      statements: { from: 'start', failures: [{ statement: 'select pg_notify', when: 'before', error: '57014' }] },
    }),
  },
  async harm({ postgres, complain }) {
    let ended = 0;
    for (let n = 0; n < 16; n++) {
      await pause(500);
      ended += (await postgres.sql(terminateConnections('listeners'))).length;
    }
    if (ended < 16) complain(`Only ${ended} connections for LISTEN were ended`);
  },
};
