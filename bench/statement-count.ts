import type { Db } from '../src/db/database.ts';

/** Settings with which an embedded PostgreSQL counts its statements. */
export const COUNTING = { shared_preload_libraries: 'pg_stat_statements' };

const READ_SQL = `
  select sum(s.calls)::float8 as calls
  from pg_stat_statements s join pg_database d on d.oid = s.dbid
  where d.datname = current_database() and s.query not like '%pg_stat_statements%'`;

/** What answers how many statements the database has run; undefined when its server has no pg_stat_statements. */
export async function countStatements(db: Db): Promise<(() => Promise<number>) | undefined> {
  const [row] = await db.query(
    `select from pg_settings where name = 'shared_preload_libraries' and setting ~ 'pg_stat_statements'`,
  );
  if (!row) return undefined;
  await db.query('create extension if not exists pg_stat_statements');
  return async () => (await db.query<{ calls: number | null }>(READ_SQL))[0]!.calls ?? 0;
}
