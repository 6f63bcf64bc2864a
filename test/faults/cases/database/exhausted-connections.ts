import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Fault } from '../../fault.ts';
import { terminateConnections } from './terminate-connections.ts';

const MOST = 60;
/** The harness has some of its own; what is left to three replicas is less than they keep open when they are idle. */
const WANTED = MOST - 16;
const ROUNDS = 10;

/** Others have every connection, and the replicas have lost theirs. */
export const exhaustedConnections: Fault = {
  name: 'connections-exhausted',
  what: 'The replicas lose their connections to others, who keep all but a few of PostgreSQL for 6 s',
  fleet: { postgresSettings: { max_connections: String(MOST), superuser_reserved_connections: '0' } },
  load: { perSecond: 20 },
  async harm({ postgres, ledger, complain }) {
    await pause(1500);
    const others: pg.Client[] = [];
    await ledger.duringOutage(async () => {
      await takeAll(postgres.url, others);
      for (let n = 0; n < ROUNDS && others.length < WANTED; n++) {
        // By one of its own: the harness may have none left either.
        const ended = others[0]!.query(terminateConnections('replicas'));
        await Promise.all([ended, takeAll(postgres.url, others)]);
      }
      await pause(6000);
      for (const other of others) await other.end();
    });
    if (others.length < WANTED) complain(`Others had ${others.length} connections only`);
  },
};

/** Opens as many connections as there can be, all at once: the replicas want theirs back. */
async function takeAll(url: string, taken: pg.Client[]): Promise<void> {
  const take = async () => {
    const client = new pg.Client({ connectionString: url, application_name: 'other' });
    client.on('error', () => {}); // Refused, as most are.
    await client.connect();
    taken.push(client);
  };
  await Promise.allSettled(Array.from({ length: MOST }, take));
}
