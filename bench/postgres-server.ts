import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbedded } from '../src/db/embedded/start.ts';
import { createLog } from '../src/lib/log.ts';

/** The one PostgreSQL that all contenders of a run use, each in a database of its own. */
export type PostgresServer = {
  /** Makes an empty database and answers its URL. */
  newDatabase(name: string): Promise<string>;
  version: string;
  /** Drops the databases it made, and ends the server when the bench had started it. */
  stop(): Promise<void>;
};

/**
 * Opens DATABASE_URL, else an embedded PostgreSQL with `settings`; refuses one that is not durable, for nothing could be
 * compared.
 */
export async function openPostgres(settings: Record<string, string> = {}): Promise<PostgresServer> {
  const { url, stop } = process.env.DATABASE_URL
    ? { url: process.env.DATABASE_URL, stop: async () => {} }
    : await startScratch(settings);
  const made: string[] = [];
  try {
    const version = await requireDurable(url);
    return {
      version,
      async newDatabase(name) {
        const database = `whoosh_bench_${name}_${randomBytes(4).toString('hex')}`;
        await run(url, `create database ${database}`);
        made.push(database);
        return Object.assign(new URL(url), { pathname: `/${database}` }).href;
      },
      async stop() {
        for (const database of made) await run(url, `drop database if exists ${database} with (force)`);
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startScratch(settings: Record<string, string>) {
  const dataDir = await mkdtemp(join(tmpdir(), 'whoosh-bench-'));
  const server = await startEmbedded({ dataDir, log: createLog('error', false), settings });
  return {
    url: server.url,
    async stop() {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function requireDurable(url: string): Promise<string> {
  const [row] = await run(
    url,
    `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,
      split_part(current_setting('server_version'), ' ', 1) as version`,
  );
  if (row.fsync !== 'on' || row.synchronous_commit !== 'on')
    throw new Error('fsync and synchronous_commit must be on.');
  return row.version;
}

async function run(url: string, statement: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query(statement).finally(() => client.end());
  return rows;
}
