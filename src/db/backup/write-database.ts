import type pg from 'pg';
import type { Db } from '../database.ts';
import { runTransaction } from '../transaction.ts';
import { clearSchema, isEmptySchema } from './clear-schema.ts';
import { countReplicaConnections, endReplicaConnections } from './connected-replicas.ts';
import { copyIn } from './copy-in.ts';
import { migrateWithin } from './migrate-within.ts';
import { openClient } from './open-client.ts';
import { type CheckedScript, readScript } from './read-script.ts';

/** What a restore may do that loses something. */
export type WriteOptions = {
  /** Replace what is in the database. */
  force: boolean;
  /** End the connections of servers that still run. */
  disconnect: boolean;
};

/**
 * Makes the database behind `url` what a back-up holds: its schema, its rows, the migrations since, and what `after` does
 * last, all in one transaction, so that it is all or nothing. Answers the migrations that were applied since.
 * Refuses (Error) a database that is not empty, or to which servers are connected, unless `options` say otherwise.
 */
export async function writeDatabase(
  url: string,
  file: string,
  script: CheckedScript,
  options: WriteOptions,
  after: (trx: Db) => Promise<void>,
): Promise<string[]> {
  const client = await openClient(url, 'whoosh restore');
  try {
    return await despiteDeadlocks(async () => {
      await requireAlone(client, options);
      if (!options.force && !(await isEmptySchema(client))) throw new Error(NOT_EMPTY);
      return runTransaction(client, async (trx) => {
        await clearSchema(client);
        await writeRows(client, file, script);
        const since = await migrateWithin(client);
        await after(trx);
        // Else the first claims are planned as for empty tables.
        await client.query('analyze');
        return since;
      });
    });
  } finally {
    await client.end();
  }
}

/** A server that was disconnected comes back within a second, and may hold one table while it waits for another. */
async function despiteDeadlocks<T>(work: () => Promise<T>, triesLeft = 5): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if ((error as pg.DatabaseError).code !== '40P01' || triesLeft <= 1) throw error;
    return despiteDeadlocks(work, triesLeft - 1);
  }
}

const NOT_EMPTY =
  'The database is not empty. Restore into a new one, or replace all that is in it with --force: it is then gone.';

async function requireAlone(client: pg.Client, { disconnect }: WriteOptions): Promise<void> {
  if (disconnect) return endReplicaConnections(client);
  const connections = await countReplicaConnections(client);
  if (!connections) return;
  throw new Error(
    `Servers are connected to the database (${connections} connections). Stop them, or end their connections with --disconnect: those that run stop by themselves once it is restored.`,
  );
}

async function writeRows(client: pg.Client, file: string, { manifest, tally }: CheckedScript): Promise<void> {
  await migrateWithin(client, manifest.migrations.at(-1));
  const rows = await copyIn(client, readScript(file));
  for (const [table, expected] of Object.entries(tally.rows)) {
    if (rows[table] !== expected)
      throw new Error(`Of ${table} ${rows[table]} rows were written, and ${expected} are in the back-up.`);
  }
}
