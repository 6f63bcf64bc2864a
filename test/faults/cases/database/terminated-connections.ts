import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from '../../fault.ts';
import { terminateConnections } from './terminate-connections.ts';

/** As a proxy or an administrator does it: also the connections for LISTEN. */
export const terminatedConnections: Fault = {
  name: 'connections-terminated',
  what: 'Every connection of every replica is terminated, each 2 s',
  harmless: true,
  async harm({ postgres }) {
    for (let n = 0; n < 5; n++) {
      await pause(2000);
      await postgres.sql(terminateConnections('replicas'));
    }
  },
};
