import { ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import { connectionShortage } from './connection-shortage.ts';
import type { Db } from './database.ts';
import { type ServerFacts, serverProblem } from './server-problem.ts';

// Every replica has one connection by the name of `whoosh listen`, as long as it runs; this one's may not stand yet.
const FACTS = `
  select current_setting('server_version_num')::int as version,
         current_setting('server_version') as version_text,
         current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true), '0')::int as usable,
         count(*) filter (where application_name not like 'whoosh %')::int as foreign,
         greatest(1, count(*) filter (where application_name = 'whoosh listen'))::int as replicas,
         pg_is_in_recovery() as standby
  from pg_stat_activity where backend_type = 'client backend'`;

/**
 * Checks that the server can carry one replica with `budget` connections, and warns when all replicas together may want
 * more than it has. Refuses with ConfigError for a version other than 15 to 18 or a budget beyond the server's limit,
 * which waiting will not mend, and with `unavailable` while it is away or a standby, which waiting may.
 */
export async function checkServer(db: Db, budget: number, log: Log): Promise<void> {
  const [facts] = (await db.query(FACTS)) as [ServerFacts];
  const problem = serverProblem(facts, budget);
  if (problem) throw new ConfigError(problem);
  if (facts.standby) throw new AppError('unavailable', 'The server is a standby: DATABASE_URL must reach the primary.');
  const shortage = connectionShortage(facts, budget);
  if (shortage) log.warn(shortage);
}
