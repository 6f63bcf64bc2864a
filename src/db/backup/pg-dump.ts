import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { MIGRATION_TABLE } from '../migration-status.ts';

const run = promisify(execFile);

/**
 * The version of the pg_dump of this machine when it can read a server of major version `major`; undefined when there is
 * none or it is older: it would refuse the server.
 */
export async function findPgDump(major: number): Promise<string | undefined> {
  const found = await run('pg_dump', ['--version']).catch(() => undefined);
  const version = found && /\d+(\.\d+)*/.exec(found.stdout)?.[0];
  return version && Number.parseInt(version, 10) >= major ? version : undefined;
}

const WHAT = ['--data-only', '--schema=public', `--exclude-table=${MIGRATION_TABLE}*`, '--encoding=UTF8'];

/**
 * All rows as pg_dump writes them, of a snapshot that another transaction exported and holds open. Throws with its last
 * words when it fails.
 */
export async function* pgDump(url: string, snapshot: string, signal: AbortSignal): AsyncGenerator<Buffer> {
  const { dbname, env } = login(url);
  const child = spawn('pg_dump', [...WHAT, `--snapshot=${snapshot}`, `--dbname=${dbname}`], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const [said, ended] = [text(child.stderr), once(child, 'close')];
  ended.catch(() => {}); // Reading it fails as well.
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    const [code] = await ended;
    if (code !== 0) throw new Error(`pg_dump failed: ${(await said).trim()}`);
  } finally {
    child.kill();
  }
}

/** The password goes by the environment: a command line can be listed by every user of the machine. */
function login(url: string): { dbname: string; env: NodeJS.ProcessEnv } {
  const dbname = new URL(url);
  const env = dbname.password ? { PGPASSWORD: decodeURIComponent(dbname.password) } : {};
  dbname.password = '';
  // Of `pg` alone; libpq refuses what it does not know.
  dbname.searchParams.delete('uselibpqcompat');
  return { dbname: dbname.href, env };
}
