import { expect, test } from 'vitest';
import { emptyDatabase, testDatabase } from '../../test/support/database.ts';
import { dumpSchema } from './dump-schema.ts';

test('a schema reads as one text that names everything a change could touch', async () => {
  const { db } = await emptyDatabase();
  await db.query(`
    create type colour as enum ('red', 'green');
    create table parent (id bigint generated always as identity primary key, name text not null unique default 'x');
    create table child (
      id uuid not null, parent_id bigint references parent on delete cascade, size int check (size > 0), dropped int,
      colour colour, twice int generated always as (size * 2) stored, bytes bytea,
      at timestamptz default now(), primary key (id, at)
    ) with (fillfactor = 70);
    alter table child drop dropped, alter bytes set storage external;
    create unique index child_big on child (size desc, lower(id::text)) where size > 10 and colour is not null;
    create function answer() returns int language sql immutable as 'select 42';
    create view kids as select id from child where size > 1;`);
  expect(await dumpSchema(db)).toMatchInlineSnapshot(`
    "table child (
      id uuid not null,
      parent_id bigint,
      size integer,
      colour colour,
      twice integer generated always as (size * 2) stored,
      bytes bytea storage external,
      at timestamp with time zone not null default now(),
      constraint child_pkey PRIMARY KEY (id, at),
      constraint child_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES parent(id) ON DELETE CASCADE,
      constraint child_size_check CHECK (size > 0)
    ) with (fillfactor=70);
    CREATE UNIQUE INDEX child_big ON child USING btree (size DESC, lower((id)::text)) WHERE ((size > 10) AND (colour IS NOT NULL));

    table parent (
      id bigint not null generated always as identity,
      name text not null default 'x'::text,
      constraint parent_pkey PRIMARY KEY (id),
      constraint parent_name_key UNIQUE (name)
    );

    view kids (id uuid);

    CREATE OR REPLACE FUNCTION answer()
     RETURNS integer
     LANGUAGE sql
     IMMUTABLE
    AS $function$select 42$function$;

    type colour as enum ('red', 'green');
    "
  `);
});

test('two databases made by the same migrations have the same text', async () => {
  const [one, other] = await Promise.all([testDatabase(), testDatabase()]);
  const text = await dumpSchema(one.db);
  expect(text).toContain('table tasks (');
  expect(text).not.toContain('schema_migration');
  expect(await dumpSchema(other.db)).toBe(text);
});
