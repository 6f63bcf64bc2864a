import type pg from 'pg';
import { SESSION_NAMES } from '../session-names.ts';

const NAMES = Object.values(SESSION_NAMES).map((name) => `'${name}'`);
const OF_REPLICAS = `datname = current_database() and pid <> pg_backend_pid()
  and application_name in (${NAMES.join(', ')})`;

/** How many connections servers have to this database. */
export async function countReplicaConnections(client: pg.ClientBase): Promise<number> {
  const sql = `select count(*)::int as count from pg_stat_activity where ${OF_REPLICAS}`;
  return (await client.query<{ count: number }>(sql)).rows[0]!.count;
}

/** Ends them; a server that runs opens new ones. */
export async function endReplicaConnections(client: pg.ClientBase): Promise<void> {
  await client.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${OF_REPLICAS}`);
}
