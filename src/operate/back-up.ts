import { readDatabase } from '../db/backup/read-database.ts';
import { writeWhole } from './write-whole.ts';

/** A back-up that was written. */
export type BackUp = {
  file: string;
  bytes: number;
  /** What read the database: `pg_dump <version>` or `whoosh`. */
  by: string;
  rows: number;
  /** Values in it that only the SECRETS_KEY of the server opens. */
  sealed_secrets: number;
};

/**
 * Backs the database behind `url` up into `file`, as it is at this moment, while replicas go on; see `readDatabase` and
 * `writeWhole` for what is refused. `signal` ends it, with the signal's reason. Memory does not
 * grow with the database.
 */
export async function backUp(url: string, file: string, signal: AbortSignal): Promise<BackUp> {
  const { bytes, manifest, tally, close } = await readDatabase(url, signal);
  try {
    const size = await writeWhole(file, bytes, signal);
    const { rows } = await tally;
    const count = Object.values(rows).reduce((sum, one) => sum + one, 0);
    return { file, bytes: size, by: manifest.by, rows: count, sealed_secrets: rows.secrets ?? 0 };
  } finally {
    close();
  }
}
