import { DATABASE_RULES } from '../../config/production-rules.ts';
import { type Config, readConfig } from '../../config.ts';
import { type MigrationStatus, migrationStatus } from '../../db/migration-status.ts';
import { openPool } from '../../db/pool.ts';
import { createLog } from '../../lib/log.ts';
import type { Exit } from '../exit-codes.ts';
import type { Io } from '../io.ts';
import { printJson } from '../show/json.ts';
import { style } from '../show/style.ts';
import { withDatabase } from '../with-database.ts';

/** `whoosh db status`: exit 1 unless the schema is exactly that of this version. */
export async function showDatabaseStatus(io: Io, { json }: { json?: true }): Promise<Exit> {
  const config = readConfig(io.env, DATABASE_RULES);
  const status = await withDatabase(config, createLog('silent', false), (url) => askDatabase(config, url));
  if (json) printJson(io, status);
  else printStatus(io, status);
  return status.pending.length || status.unknown.length ? 'failed' : 'ok';
}

async function askDatabase(config: Config, url: string): Promise<MigrationStatus> {
  const pool = openPool({
    url,
    name: 'whoosh db status',
    min: 0,
    max: 1,
    recycleS: config.dbPoolRecycleS,
    connectTimeoutMs: config.dbConnectTimeoutMs,
    queryTimeoutMs: config.dbQueryTimeoutMs,
  });
  try {
    return await migrationStatus(pool);
  } finally {
    await pool.close();
  }
}

function printStatus(io: Io, { applied, pending, unknown, works }: MigrationStatus): void {
  for (const name of applied) io.stdout.write(`${style(io, 'green', 'applied')}  ${name}\n`);
  for (const name of pending) io.stdout.write(`${style(io, 'yellow', 'pending')}  ${name}\n`);
  for (const name of unknown) io.stdout.write(`${style(io, 'red', 'unknown')}  ${name}\n`);
  if (pending.length)
    io.stderr.write('`whoosh db migrate`, or the next start of the server, applies what is pending.\n');
  if (unknown.length)
    io.stderr.write(
      `What is unknown was applied by a newer version: this one ${works ? 'works' : 'will not start'} on it.\n`,
    );
}
