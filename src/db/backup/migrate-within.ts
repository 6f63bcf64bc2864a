import { Kysely, PostgresDialect } from 'kysely';
import { Migrator } from 'kysely/migration';
import type pg from 'pg';
import { MIGRATION_TABLE } from '../migration-status.ts';
import { MIGRATIONS_FOLDER, sqlFiles } from '../migrations.ts';

/**
 * Applies our migrations within the transaction of `client`, up to the one named `upTo` or all of them, and returns the
 * names of those it applied. Throws what PostgreSQL says; the transaction is then as good as rolled back.
 */
export async function migrateWithin(client: pg.Client, upTo?: string): Promise<string[]> {
  let first: unknown;
  const query = (...args: Parameters<pg.Client['query']>) =>
    (client.query(...args) as unknown as Promise<pg.QueryResult>).catch((error) => {
      first ??= error;
      throw error;
    });
  const pool = { connect: async () => ({ query, release: () => {} }), end: async () => {} };
  const migrator = new Migrator({
    db: new Kysely({ dialect: new PostgresDialect({ pool: pool as never }) }),
    provider: sqlFiles(MIGRATIONS_FOLDER),
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
    // It is in one already.
    disableTransactions: true,
  });
  const { error, results = [] } = await (upTo ? migrator.migrateTo(upTo) : migrator.migrateToLatest());
  // What follows a failed statement in a transaction fails as well, and says less.
  if (first ?? error) throw first ?? error;
  return results.map(({ migrationName }) => migrationName);
}
