import type { Db } from './database.ts';
import { listMigrations, MIGRATIONS_FOLDER } from './migrations.ts';

/** Where Kysely's Migrator records what it applied, and what it locks. */
export const MIGRATION_TABLE = 'schema_migration';

/** The schema compared with the files of this version. */
export type MigrationStatus = {
  applied: string[];
  /** Known here, not applied: run `migrate`. */
  pending: string[];
  /** Applied by somebody else and unknown here: a newer version did it, or a file was lost. */
  unknown: string[];
};

/**
 * Tells whether this version fits the schema, by names and in their order; it changes nothing and takes no lock, so
 * health checks may ask. `unavailable` when the database cannot be asked.
 */
export async function migrationStatus(db: Db, folder = MIGRATIONS_FOLDER): Promise<MigrationStatus> {
  const known = await listMigrations(folder);
  const recorded = await recordedMigrations(db);
  return {
    applied: recorded.filter((name) => known.includes(name)),
    pending: known.filter((name) => !recorded.includes(name)),
    unknown: recorded.filter((name) => !known.includes(name)),
  };
}

async function recordedMigrations(db: Db): Promise<string[]> {
  const [found] = await db.query<{ here: boolean }>('select to_regclass($1) is not null as here', [MIGRATION_TABLE]);
  if (!found?.here) return [];
  const rows = await db.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by name collate "C"`);
  return rows.map(({ name }) => name);
}
