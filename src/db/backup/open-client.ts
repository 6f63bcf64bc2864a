import pg from 'pg';
import { findPrimary } from '../find-primary.ts';
import { PG_TYPES } from '../pg-types.ts';
import { asConnectRefusal } from '../unavailable.ts';

const CONNECT_LIMIT_MS = 10_000;
// Everybody else queues behind a statement that waits for its lock, as in migrate.ts.
const LOCK_LIMIT_MS = 30_000;

/**
 * One connection for as long as a back-up or a restore takes, without a limit for its statements. `unavailable` when
 * there is no database.
 */
export async function openClient(url: string, name: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: await findPrimary(url, CONNECT_LIMIT_MS).catch(refuse),
    application_name: name,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    keepAlive: true,
    types: PG_TYPES,
    lock_timeout: LOCK_LIMIT_MS,
  });
  client.on('error', () => {}); // The statement under way fails with the same error.
  await client.connect().catch(refuse);
  // Whatever the server, the database or the URL set: a long copy is not a mistake, and times are written in UTC.
  await client.query(`set timezone = 'UTC'; set datestyle = 'ISO'; set statement_timeout = 0;
    set idle_in_transaction_session_timeout = 0; set client_encoding = 'UTF8'; set search_path = public`);
  return client;
}

const refuse = (error: unknown): never => {
  throw asConnectRefusal(error);
};
