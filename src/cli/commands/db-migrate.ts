import { DATABASE_RULES } from '../../config/production-rules.ts';
import { readConfig } from '../../config.ts';
import { migrate } from '../../db/migrate.ts';
import { createLog } from '../../lib/log.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { withDatabase } from '../with-database.ts';

/** `whoosh db migrate` */
export async function migrateDatabase(io: Io, { json }: { json?: true }): Promise<void> {
  const applied = await withDatabase(readConfig(io.env, DATABASE_RULES), createLog('silent', false), (url) =>
    migrate(url),
  );
  if (json) return printJson(io, { applied });
  for (const name of applied) io.stdout.write(`applied ${name}\n`);
  if (!applied.length) io.stdout.write('nothing to do: the schema is that of this version\n');
}
