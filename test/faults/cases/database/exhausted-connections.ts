import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Fault } from '../../fault.ts';
import { terminateConnections } from './terminate-connections.ts';

const MOST = 60;
/** The harness has some of its own; what is left to three replicas is next to nothing. */
const WANTED = MOST - 8;

/** Others have every connection, and the replicas have lost theirs. */
export const exhaustedConnections: Fault = {
  name: 'connections-exhausted',
  what: 'The replicas lose their connections to others, who keep all but a few of PostgreSQL for 6 s',
  fleet: { postgresSettings: { max_connections: String(MOST), superuser_reserved_connections: '0' } },
  async harm({ postgres, ledger, complain }) {
    await pause(1500);
    const others: pg.Client[] = [];
    await ledger.duringOutage(async () => {
      await takeAll(postgres.url, others);
      for (let n = 0; n < 100 && others.length < WANTED; n++) {
        // By one of its own: the harness may have none left either.
        await others[0]!.query(terminateConnections('replicas'));
        await takeAll(postgres.url, others);
      }
      await pause(6000);
      for (const other of others) await other.end();
    });
    if (others.length < WANTED) complain(`Others had ${others.length} connections only`);
  },
};

/** Opens connections until there is none left. */
async function takeAll(url: string, taken: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: url, application_name: 'other' });
    client.on('error', () => {}); // Refused, as it shall be in the end.
    try {
      await client.connect();
      taken.push(client);
    } catch {
      return;
    }
  }
}
