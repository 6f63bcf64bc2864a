import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import type { Migration, MigrationProvider } from 'kysely/migration';

/** The folder of our own migrations: two levels up from src/db/ and from dist/db/ alike. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('../../migrations', import.meta.url));

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;

/**
 * The migrations in a folder: `0001_name.sql` and so on, in the order of their names, which are the recorded names
 * without `.sql`. Other files, such as the dump schema.sql, do not count, but a .sql file that begins with a digit and
 * has another form is refused: it would be left out without anybody noticing.
 */
export async function listMigrations(folder: string): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => /^\d.*\.sql$/.test(file)).sort();
  const stray = files.find((file) => !FILE_NAME.test(file));
  if (stray) throw new Error(`${stray} in ${folder} is not named like a migration: expected 0001_some_words.sql.`);
  return files.map((file) => file.slice(0, -'.sql'.length));
}

/** Gives Kysely's Migrator each file of `folder` as one step, run as one multi-statement simple query. */
export function sqlFiles(folder: string): MigrationProvider {
  const step = (text: string): Migration => ({
    up: async (db) => {
      await sql.raw(text).execute(db);
    },
  });
  return {
    async getMigrations() {
      const names = await listMigrations(folder);
      const steps = names.map(async (name) => [name, step(await readFile(join(folder, `${name}.sql`), 'utf8'))]);
      return Object.fromEntries(await Promise.all(steps)) as Record<string, Migration>;
    },
  };
}
