import { checkScript } from '../db/backup/read-script.ts';
import { type WriteOptions, writeDatabase } from '../db/backup/write-database.ts';
import { listMigrations, MIGRATIONS_FOLDER } from '../db/migrations.ts';
import { beginHistory } from './begin-history.ts';

/** What was restored. */
export type Restored = {
  created_at: string;
  version: string;
  rows: number;
  /** Migrations that this version applied on top of the schema of the back-up. */
  migrations: string[];
};

/**
 * Restores a back-up into the database behind `url`; the whole file is read and checked first. Refuses (Error, one
 * sentence) a file that is damaged or of a newer version, and what `writeDatabase` refuses; then nothing was changed.
 */
export async function restore(url: string, file: string, options: WriteOptions): Promise<Restored> {
  const script = await checkScript(file);
  const { version, created_at, migrations } = script.manifest;
  await requireKnown(version, migrations);
  const since = await writeDatabase(url, file, script, options, beginHistory);
  const rows = Object.values(script.tally.rows).reduce((sum, one) => sum + one, 0);
  return { created_at, version, rows, migrations: since };
}

async function requireKnown(version: string, migrations: string[]): Promise<void> {
  const known = await listMigrations(MIGRATIONS_FOLDER);
  const strange = migrations.find((name, at) => known[at] !== name);
  if (!strange) return;
  throw new Error(
    `The back-up is of another version of WHOOSH (${version}): this one does not know its schema (${strange}). Restore it with that version; a later one migrates it.`,
  );
}
