import type pg from 'pg';
import { VERSION } from '../../lib/version.ts';
import { cutOff } from '../cut-off.ts';
import { findPrimary } from '../find-primary.ts';
import { MIGRATION_TABLE } from '../migration-status.ts';
import { copyOut } from './copy-out.ts';
import { HEAD, type Manifest, TAIL, type Tally } from './manifest.ts';
import { openClient } from './open-client.ts';
import { findPgDump, pgDump } from './pg-dump.ts';
import { ScriptTally } from './tally-script.ts';

const CONNECT_LIMIT_MS = 10_000;

type Facts = { postgres: string; major: number; migrated: boolean; at: string };

const FACTS = `
  select split_part(current_setting('server_version'), ' ', 1) as postgres,
    current_setting('server_version_num')::int / 10000 as major,
    to_regclass('public.${MIGRATION_TABLE}') is not null as migrated,
    to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as at`;

/** A back-up on its way out; `tally` settles when all of it was read. */
export type DatabaseScript = { bytes: AsyncGenerator<Buffer>; manifest: Manifest; tally: Promise<Tally> };

/**
 * The database behind `url` as a script of its rows, all of one moment, while replicas go on writing: pg_dump reads it
 * where there is one that fits the server, else COPY. `close` ends the transaction that holds the moment, and so does
 * `signal`. Refuses (Error) a database that has no schema of WHOOSH, and with `unavailable`.
 */
export async function readDatabase(url: string, signal: AbortSignal): Promise<DatabaseScript & { close(): void }> {
  const client = await openClient(url, 'whoosh backup');
  const close = () => cutOff(client);
  // What waits for rows is told by this alone.
  signal.addEventListener('abort', close, { once: true });
  try {
    await client.query('begin isolation level repeatable read read only');
    const manifest = await describe(client);
    const tally = Promise.withResolvers<Tally>();
    tally.promise.catch(() => {}); // Whoever reads the bytes is told as well.
    const bytes = script(manifest, await rowsOf(client, url, manifest, signal), tally);
    return { bytes, manifest, tally: tally.promise, close };
  } catch (error) {
    close();
    throw error;
  }
}

async function describe(client: pg.Client): Promise<Manifest> {
  const [{ postgres, major, migrated, at }] = (await client.query<Facts>(FACTS)).rows as [Facts];
  if (!migrated) throw new Error('The database has no schema of WHOOSH: there is nothing to back up.');
  const { rows } = await client.query<{ name: string }>(
    `select name from ${MIGRATION_TABLE} order by name collate "C"`,
  );
  const pgDumpVersion = await findPgDump(major);
  const by = pgDumpVersion ? `pg_dump ${pgDumpVersion}` : 'whoosh';
  return { format: 1, version: VERSION, created_at: at, by, postgres, migrations: rows.map(({ name }) => name) };
}

async function rowsOf(
  client: pg.Client,
  url: string,
  { by }: Manifest,
  signal: AbortSignal,
): Promise<AsyncGenerator<Buffer>> {
  if (by === 'whoosh') return copyOut(client);
  const { rows } = await client.query<{ snapshot: string }>('select pg_export_snapshot() as snapshot');
  return pgDump(await findPrimary(url, CONNECT_LIMIT_MS), rows[0]!.snapshot, signal);
}

async function* script(
  manifest: Manifest,
  rows: AsyncGenerator<Buffer>,
  { resolve, reject }: PromiseWithResolvers<Tally>,
): AsyncGenerator<Buffer> {
  const tally = new ScriptTally();
  try {
    for await (const chunk of withHead(manifest, rows)) {
      tally.add(chunk);
      yield chunk;
    }
    const told = tally.end();
    yield Buffer.from(`${TAIL}${JSON.stringify(told)}\n`);
    resolve(told);
  } catch (error) {
    reject(error);
    throw error;
  }
}

async function* withHead(manifest: Manifest, rows: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield Buffer.from(`${HEAD}${JSON.stringify(manifest)}\n-- Restore it with \`whoosh restore\`.\n\n`);
  yield* rows;
}
