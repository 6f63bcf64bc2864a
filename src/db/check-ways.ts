import { type Config, ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from './database.ts';

type Settings = Pick<Config, 'dbPooler' | 'dbQueryTimeoutMs'>;
type Facts = { cluster: string; database: string; role: string; statement_ms: number; idle_ms: number };

// Of a parameter that a pooler swallowed PostgreSQL shows what it has of its own: 0, no limit, as it comes.
const FACTS = `
  select (select system_identifier::text from pg_control_system()) as cluster,
         quote_ident(current_database()) as database, quote_ident(current_user) as role,
         (select setting::int from pg_settings where name = 'statement_timeout') as statement_ms,
         (select setting::int from pg_settings where name = 'idle_in_transaction_session_timeout') as idle_ms`;

/**
 * Checks that requests (`api`) and what goes past a pooler (`direct`) meet the same database, and that a pooler is where
 * the settings say so; warns when nothing in PostgreSQL ends a request's statement. Refuses with ConfigError, with
 * `unavailable` while one of them is away.
 */
export async function checkWays(api: Db, direct: Db, settings: Settings, log: Log): Promise<void> {
  const [[through], [past]] = await Promise.all([
    (api.query(FACTS) as Promise<Facts[]>).catch(explainPooler),
    direct.query(FACTS) as Promise<Facts[]>,
  ]);
  if (!through || !past) return;
  if (through.cluster !== past.cluster || through.database !== past.database)
    throw new ConfigError('DATABASE_DIRECT_URL leads to another database than DATABASE_URL');
  const warning = limitWarning(through, settings);
  if (warning) log.warn(warning);
}

/** PgBouncer refuses what a session of PostgreSQL is started with, and that is the only sign of it. */
function explainPooler(error: unknown): never {
  const { cause } = error as AppError;
  if (!(error instanceof AppError) || !/unsupported startup parameter/.test(String(cause))) throw error;
  throw new ConfigError('DATABASE_URL leads to a pooler: set DB_POOLER=transaction and DATABASE_DIRECT_URL', { cause });
}

function limitWarning(facts: Facts, { dbPooler, dbQueryTimeoutMs: limit }: Settings): string | undefined {
  const isBound = (ms: number) => ms > 0 && ms <= limit;
  if (isBound(facts.statement_ms) && isBound(facts.idle_ms)) return undefined;
  if (dbPooler === 'none')
    return 'DB_QUERY_TIMEOUT_MS does not reach PostgreSQL: when a pooler in transaction mode stands before it, set DB_POOLER=transaction';
  const alter = `alter role ${facts.role} in database ${facts.database} set`;
  return `Nothing in PostgreSQL ends statements that came through the pooler. Remedy, once: ${alter} statement_timeout = ${limit}; ${alter} idle_in_transaction_session_timeout = ${limit}`;
}
