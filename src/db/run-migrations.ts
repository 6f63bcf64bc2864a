import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Kysely, PostgresDialect } from 'kysely';
import { type MigrationResultSet, Migrator } from 'kysely/migration';
import type pg from 'pg';
import { MIGRATION_TABLE } from './migration-status.ts';
import { sqlFiles } from './migrations.ts';
import { asUnavailable } from './unavailable.ts';

/** Applies what is pending under Kysely's lock; another replica may have been faster. The pool stays its owner's. */
export async function runMigrations(pool: pg.Pool, folder: string): Promise<string[]> {
  const migrator = new Migrator({
    db: new Kysely({ dialect: new PostgresDialect({ pool }) }),
    provider: sqlFiles(folder),
    migrationTableName: MIGRATION_TABLE,
    migrationLockTableName: `${MIGRATION_TABLE}_lock`,
  });
  const { error, results = [] } = await migrator.migrateToLatest();
  if (error) throw await failure(error, results, folder);
  return results.map(({ migrationName }) => migrationName);
}

async function failure(error: unknown, results: NonNullable<MigrationResultSet['results']>, folder: string) {
  const failed = results.find(({ status }) => status === 'Error');
  if (!failed || asUnavailable(error) !== error) return error;
  const { message, position } = error as pg.DatabaseError;
  const text = await readFile(join(folder, `${failed.migrationName}.sql`), 'utf8');
  const line = position ? `, line ${text.slice(0, Number(position)).split('\n').length}` : '';
  return new Error(`Migration ${failed.migrationName}${line} failed: ${message}. Nothing was changed.`, {
    cause: error,
  });
}
