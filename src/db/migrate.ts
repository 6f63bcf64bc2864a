import pg from 'pg';
import { findPrimary } from './find-primary.ts';
import { type MigrationStatus, migrationStatus } from './migration-status.ts';
import { MIGRATIONS_FOLDER } from './migrations.ts';
import { poolConfig } from './pool-config.ts';
import { Primary } from './primary.ts';
import { queryClient } from './transaction.ts';
import { asUnavailable } from './unavailable.ts';

// A migration may build an index over years of tasks. The wait for other replicas that migrate is bounded by it too.
const STATEMENT_LIMIT_MS = 3_600_000;
// Everybody else queues behind a DDL statement that waits for its lock, so it must not wait for long. Our own
// statements and transactions end within DB_QUERY_TIMEOUT_MS (10 s).
const LOCK_LIMIT_MS = 30_000;
const CONNECT_LIMIT_MS = 10_000;

/**
 * Brings the schema to this version and returns the names of the migrations it applied, in order; `[]` when another
 * replica was faster or nothing was pending. All of them run in one transaction: a failure leaves the schema as it was.
 *
 * Refuses with an Error that names the file and line that failed, or the recorded migrations that are unknown here (a
 * newer version's schema that this one cannot work on, or a lost file); with `unavailable` when the database is away.
 * Safe on any number of replicas at once: Kysely's advisory lock lets one of them work and the others wait.
 */
export async function migrate(url: string, folder = MIGRATIONS_FOLDER): Promise<string[]> {
  const primary = await findPrimary(url, CONNECT_LIMIT_MS).catch((error) => {
    throw asUnavailable(error);
  });
  const pool = new pg.Pool({ ...migrationPool(primary), lock_timeout: LOCK_LIMIT_MS });
  pool.on('error', () => {}); // The statement under way fails with the same error.
  try {
    const { pending } = await checkStatus(pool, folder);
    if (!pending.length) return [];
    // Loaded only when there is something to do: Kysely is 27 MiB and 0.2 s that most starts can do without.
    const { runMigrations } = await import('./run-migrations.ts');
    return await runMigrations(pool, folder);
  } catch (error) {
    throw asUnavailable(error);
  } finally {
    await pool.end();
  }
}

function migrationPool(url: string): pg.PoolConfig {
  const deadlines = { connectTimeoutMs: CONNECT_LIMIT_MS, queryTimeoutMs: STATEMENT_LIMIT_MS };
  const options = { url, name: 'whoosh migrate', min: 0, max: 2, recycleS: 0, ...deadlines };
  return poolConfig(options, new Primary(url, CONNECT_LIMIT_MS));
}

async function checkStatus(pool: pg.Pool, folder: string): Promise<MigrationStatus> {
  const client = await pool.connect();
  try {
    const query = ((text: string, values?: unknown[]) => queryClient(client, { text, values })) as never;
    const status = await migrationStatus({ query, transaction: () => Promise.reject() }, folder);
    const sentence = refusal(status);
    if (sentence) throw new Error(sentence);
    return status;
  } finally {
    client.release();
  }
}

function refusal({ applied, pending, unknown, works }: MigrationStatus): string | undefined {
  const [first] = unknown;
  if (first === undefined || works) return undefined;
  const newest = [...applied, ...pending].sort().at(-1) ?? '';
  return first > newest
    ? `The schema is newer than this version: ${unknown.join(', ')} was applied by a later one. Start that version, or restore a backup.`
    : `The schema has migrations that are missing here: ${unknown.join(', ')}. The installation is incomplete, or the database belongs to something else.`;
}
