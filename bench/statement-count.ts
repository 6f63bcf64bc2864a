import type { Db } from '../src/db/database.ts';

/** Statements that a database has run, by their text. */
export type StatementCount = { read(): Promise<Map<string, number>> };

/** Settings with which an embedded PostgreSQL counts its statements. */
export const COUNTING = { shared_preload_libraries: 'pg_stat_statements' };

const READ_SQL = `
  select s.query, sum(s.calls)::float8 as calls
  from pg_stat_statements s join pg_database d on d.oid = s.dbid
  where d.datname = current_database() and s.query not like '%pg_stat_statements%'
  group by 1`;

/** Counts the statements of the database; undefined when its server has no pg_stat_statements. */
export async function countStatements(db: Db): Promise<StatementCount | undefined> {
  const [row] = await db.query(
    `select from pg_settings where name = 'shared_preload_libraries' and setting ~ 'pg_stat_statements'`,
  );
  if (!row) return undefined;
  await db.query('create extension if not exists pg_stat_statements');
  return {
    async read() {
      const rows = await db.query<{ query: string; calls: number }>(READ_SQL);
      return new Map(rows.map(({ query, calls }) => [query, calls]));
    },
  };
}
