import type pg from 'pg';

const OURS = `
  select format('drop %s if exists public.%I cascade', case relkind when 'v' then 'view' when 'm' then 'materialized view'
      when 'S' then 'sequence' else 'table' end, relname) as drop
  from pg_class c
  where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'S')
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('e', 'i', 'a'))
  union all
  select format('drop routine if exists %s cascade', p.oid::regprocedure) from pg_proc p
  where pronamespace = 'public'::regnamespace
    and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  union all
  select format('drop type if exists public.%I cascade', typname) from pg_type t
  where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
    and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e')`;

const things = async (client: pg.ClientBase): Promise<{ drop: string }[]> => (await client.query(OURS)).rows;

/** Whether there is no table, view, function or type in the schema `public`, those of extensions aside. */
export const isEmptySchema = async (client: pg.ClientBase): Promise<boolean> => !(await things(client)).length;

/** Drops all of them, within the transaction of `client`; the schema itself stays, with what was granted on it. */
export async function clearSchema(client: pg.ClientBase): Promise<void> {
  for (const { drop } of await things(client)) await client.query(drop);
}
