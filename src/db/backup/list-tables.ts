import type pg from 'pg';
import { MIGRATION_TABLE } from '../migration-status.ts';

/** A table, with the columns that a back-up keeps. */
export type KeptTable = { table: string; columns: string[] };

/**
 * Tables in an order in which rows may be written: what others refer to comes first. Not the records of migrations: the
 * restored schema has its own.
 */
const TABLES = `
  with recursive kept as (
    select c.oid, c.relname from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> all($1)
  ), refers as (
    select conrelid as oid, confrelid as to_oid from pg_constraint
    where contype = 'f' and connamespace = 'public'::regnamespace and conrelid <> confrelid
  ), depth as (
    select oid, 0 as deep from kept
    union
    select r.oid, d.deep + 1 from refers r join depth d on d.oid = r.to_oid where d.deep < 100
  )
  select k.relname as table,
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
     where a.attrelid = k.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns
  from kept k join depth d using (oid)
  group by k.oid, k.relname order by max(d.deep), k.relname collate "C"`;

/** The tables of a back-up, and of each what is kept. */
export async function listTables(client: pg.ClientBase): Promise<KeptTable[]> {
  const { rows } = await client.query<KeptTable>(TABLES, [[MIGRATION_TABLE, `${MIGRATION_TABLE}_lock`]]);
  return rows;
}
