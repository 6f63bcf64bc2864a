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
  /** This version works on the schema: nothing is pending, and what is unknown leaves all that it uses. */
  works: boolean;
};

/**
 * Tells whether this version fits the schema, by names and in their order; it changes nothing and takes no lock, so
 * health checks may ask. `unavailable` when the database cannot be asked.
 */
export async function migrationStatus(db: Db, folder = MIGRATIONS_FOLDER): Promise<MigrationStatus> {
  const known = await listMigrations(folder);
  const recorded = await recordedMigrations(db);
  const pending = known.filter((name) => !recorded.includes(name));
  const unknown = recorded.filter((name) => !known.includes(name));
  const works = !pending.length && (!unknown.length || (await worksWith(db, known.at(-1) ?? '', unknown)));
  return { applied: recorded.filter((name) => known.includes(name)), pending, unknown, works };
}

/** Whether a version whose last migration is `newest` works on a schema that later ones have extended. */
async function worksWith(db: Db, newest: string, unknown: string[]): Promise<boolean> {
  if (unknown.some((name) => name < newest)) return false;
  const [found] = await db.query<{ here: boolean }>("select to_regclass('cluster') is not null as here");
  if (!found?.here) return false;
  const [cluster] = await db.query<{ works_from: string }>('select works_from from cluster');
  return cluster !== undefined && cluster.works_from <= newest;
}

async function recordedMigrations(db: Db): Promise<string[]> {
  const [found] = await db.query<{ here: boolean }>('select to_regclass($1) is not null as here', [MIGRATION_TABLE]);
  if (!found?.here) return [];
  const rows = await db.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by name collate "C"`);
  return rows.map(({ name }) => name);
}
