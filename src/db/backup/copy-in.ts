import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { type KeptTable, listTables } from './list-tables.ts';
import { type Piece, ScriptPieces } from './script-pieces.ts';

/**
 * Writes the rows of a script into the tables of the database, which are emptied first, within the transaction of
 * `client`; answers how many by table. Of the script only rows and places of sequences are heeded, and only of tables
 * that the schema has: another statement in it is not run.
 */
export async function copyIn(client: pg.Client, script: AsyncIterable<Buffer>): Promise<Record<string, number>> {
  const tables = await listTables(client);
  // Migrations have written some rows, such as the project that is always there.
  await client.query(`truncate ${tables.map(({ table }) => `public.${pg.escapeIdentifier(table)}`).join(', ')}`);
  const pieces = piecesOf(script);
  const rows: Record<string, number> = {};
  for (let next = await pieces.next(); !next.done; next = await pieces.next()) {
    if (next.value.kind === 'table')
      rows[next.value.table] = await copyTable(client, requireKnown(tables, next.value), pieces);
    if (next.value.kind === 'line') await setSequence(client, next.value.text);
  }
  return rows;
}

async function* piecesOf(script: AsyncIterable<Buffer>): AsyncGenerator<Piece> {
  const pieces = new ScriptPieces();
  for await (const chunk of script) yield* pieces.push(chunk);
}

function requireKnown(tables: KeptTable[], { table, columns }: KeptTable): KeptTable {
  if (tables.some((one) => one.table === table)) return { table, columns };
  throw new Error(`The back-up has a table ${table}, which its schema does not have.`);
}

async function copyTable(
  client: pg.Client,
  { table, columns }: KeptTable,
  pieces: AsyncGenerator<Piece>,
): Promise<number> {
  const names = columns.map(pg.escapeIdentifier).join(', ');
  const into = client.query(copyFrom(`copy public.${pg.escapeIdentifier(table)} (${names}) from stdin`));
  await pipeline(Readable.from(rowsOf(pieces), { objectMode: false }), into);
  return into.rowCount;
}

async function* rowsOf(pieces: AsyncGenerator<Piece>): AsyncGenerator<Buffer> {
  for (let next = await pieces.next(); !next.done && next.value.kind === 'data'; next = await pieces.next()) {
    yield next.value.data;
  }
}

const SEQUENCE = /^SELECT pg_catalog\.setval\('(public\.[\w"]+)', (-?\d+), (true|false)\);$/;

async function setSequence(client: pg.Client, line: string): Promise<void> {
  const [, name, value, called] = SEQUENCE.exec(line) ?? [];
  if (name) await client.query('select setval($1::regclass, $2::bigint, $3::boolean)', [name, value, called]);
}
