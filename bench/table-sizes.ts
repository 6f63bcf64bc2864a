import type { Db } from '../src/db/database.ts';
import type { Figure } from './figure.ts';

const SIZES_SQL = `
  select relname as name, pg_table_size(oid)::float8 / 2 ^ 20 as table_mib, pg_indexes_size(oid)::float8 / 2 ^ 20 as index_mib
  from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r' and pg_total_relation_size(oid) > 10 * 2 ^ 20
  order by pg_total_relation_size(oid) desc`;

/** What the larger tables of a database take of the disk, each with its indexes. */
export async function tableSizes(db: Db, name: string): Promise<Figure> {
  type Row = { name: string; table_mib: number; index_mib: number };
  const rows = await db.query<Row>(SIZES_SQL);
  const mib = (value: number) => value.toFixed(0);
  const sizes = rows.map((row) => `${row.name} ${mib(row.table_mib)} + ${mib(row.index_mib)}`);
  return { what: `tables + indexes, MiB, ${name}`, measured: sizes.join(', ') };
}
