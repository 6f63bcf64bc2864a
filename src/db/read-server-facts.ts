import type { Db } from './database.ts';
import type { ServerFacts } from './server-problem.ts';
import { SESSION_NAMES } from './session-names.ts';

// Every replica has one connection that listens, as long as it runs; this one's may not stand yet.
const FACTS = `
  select current_setting('server_version_num')::int as version,
         current_setting('server_version') as version_text,
         current_setting('max_connections')::int
           - current_setting('superuser_reserved_connections')::int
           - coalesce(current_setting('reserved_connections', true), '0')::int as usable,
         count(*) filter (where application_name not like 'whoosh %')::int as foreign,
         greatest(1, count(*) filter (where application_name = '${SESSION_NAMES.listen}'))::int as replicas,
         count(*) filter (where application_name = '${SESSION_NAMES.listen}' and datname = current_database())::int as replicas_here,
         pg_is_in_recovery() as standby
  from pg_stat_activity where backend_type = 'client backend'`;

/** What a PostgreSQL server says about itself and about who is connected. */
export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const [facts] = (await db.query(FACTS)) as [ServerFacts];
  return facts;
}
