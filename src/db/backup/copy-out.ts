import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { type KeptTable, listTables } from './list-tables.ts';

/**
 * Every table as pg_dump writes data: COPY with its rows, then where its sequences stand. Read in the transaction of
 * `client`, so of one moment; rows pass through, and none is held.
 */
export async function* copyOut(client: pg.Client): AsyncGenerator<Buffer> {
  for (const table of await listTables(client)) yield* copyTable(client, table);
  for (const line of await sequenceLines(client)) yield Buffer.from(`${line}\n`);
}

async function* copyTable(client: pg.Client, { table, columns }: KeptTable): AsyncGenerator<Buffer> {
  const names = `${pg.escapeIdentifier(table)} (${columns.map(pg.escapeIdentifier).join(', ')})`;
  yield Buffer.from(`COPY public.${names} FROM stdin;\n`);
  yield* client.query(copyTo(`copy public.${names} to stdout`)) as AsyncIterable<Buffer>;
  yield Buffer.from('\\.\n\n');
}

// last_value is null for one that was never asked.
const SEQUENCES = `
  select format('SELECT pg_catalog.setval(%L, %s, %s);', 'public.' || sequencename, coalesce(last_value, start_value),
    (last_value is not null)::text) as line
  from pg_sequences where schemaname = 'public' order by sequencename collate "C"`;

async function sequenceLines(client: pg.Client): Promise<string[]> {
  return (await client.query<{ line: string }>(SEQUENCES)).rows.map(({ line }) => line);
}
