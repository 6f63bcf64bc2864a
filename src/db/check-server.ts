import { ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import type { Db } from './database.ts';

type ServerFacts = {
  version: number;
  version_text: string;
  /** Connections that ordinary users may have. */
  usable: number;
  /** Connections that others have now. */
  used: number;
  standby: boolean;
};

const FACTS = `
  select current_setting('server_version_num')::int as version,
         current_setting('server_version') as version_text,
         current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true), '0')::int as usable,
         (select count(*) from pg_stat_activity
           where backend_type = 'client backend' and pid <> pg_backend_pid())::int as used,
         pg_is_in_recovery() as standby`;

/**
 * Checks that the server can carry one replica with `budget` connections, and warns when the others leave too few.
 * Refuses with ConfigError for a version other than 15 to 18 or a budget beyond the server's limit, which waiting will
 * not mend, and with `unavailable` while it is away or a standby, which waiting may.
 */
export async function checkServer(db: Db, budget: number, log: Log): Promise<void> {
  const [facts] = (await db.query(FACTS)) as [ServerFacts];
  refuseVersion(facts);
  refuseBudget(facts, budget);
  if (facts.standby) throw new AppError('unavailable', 'The server is a standby: DATABASE_URL must reach the primary.');
  const { used, usable } = facts;
  if (used + budget > usable)
    log.warn({ used, usable, budget }, 'PostgreSQL has fewer free connections than this replica may open');
}

function refuseVersion({ version, version_text }: ServerFacts): void {
  const major = Math.floor(version / 10_000);
  if (major >= 15 && major <= 18) return;
  throw new ConfigError(`DATABASE_URL leads to PostgreSQL ${version_text}: WHOOSH needs version 15 to 18`);
}

function refuseBudget({ usable }: ServerFacts, budget: number): void {
  if (budget <= usable) return;
  throw new ConfigError(
    `DB_POOL_SIZE + DB_MAX_OVERFLOW ask for ${budget} connections a replica, and PostgreSQL has ${usable} for all (max_connections less the reserved ones): lower them, or raise max_connections`,
  );
}
