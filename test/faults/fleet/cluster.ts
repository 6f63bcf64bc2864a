import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { type Account, unprivilegedAccount } from '../../../src/db/embedded/account.ts';
import { type Binaries, findBinaries } from '../../../src/db/embedded/binaries.ts';
import { initialise } from '../../../src/db/embedded/initialise.ts';
import { makePassword, readPassword } from '../../../src/db/embedded/password.ts';
import { startPostmaster, stopPostmaster } from '../../../src/db/embedded/postmaster.ts';
import { reachableBinaries } from '../../../src/db/embedded/reachable-binaries.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { openPool } from '../../../src/db/pool.ts';
import { createLog } from '../../../src/lib/log.ts';
import { createKey } from '../../../src/members/create-key.ts';
import { freePort } from '../../support/free-port.ts';

/** A stopped, migrated cluster with an admin key: what every fleet begins with a copy of. */
export type Cluster = {
  folder: string;
  binaries: Binaries;
  account: Account | undefined;
  password: string;
  version: string;
  /** Of an admin of all projects. */
  key: string;
};

/** Which replica a holder is: it is known by the application_name of its connections. */
const HOLDERS_SQL = `
  create schema faults;
  create table faults.holders (holder_id uuid primary key, replica text not null);
  create function faults.note_holder() returns trigger language plpgsql as $$
    begin
      insert into faults.holders values (new.id, current_setting('application_name'));
      return null;
    end $$;
  create trigger faults_note_holder after insert on holders for each row when (new.runner_id is null)
    execute function faults.note_holder();
  create extension pg_stat_statements`;

/** Makes the cluster below `home` (about 2 s). */
export async function makeCluster(home: string): Promise<Cluster> {
  const log = createLog('error', false);
  const account = await unprivilegedAccount();
  const binaries = await reachableBinaries(await findBinaries(), account, log);
  const folder = join(home, 'template');
  const passwordFile = join(home, 'password');
  await mkdir(home, { recursive: true });
  await makePassword(passwordFile, account);
  await initialise({ initdb: binaries.initdb, folder, passwordFile, account });
  const password = await readPassword(passwordFile);
  const port = await freePort();
  const settings = { shared_preload_libraries: 'pg_stat_statements' };
  const { postgres } = binaries;
  const plan = { postgres, folder, logFile: `${folder}.log`, address: { port }, account, settings };
  const postmaster = await startPostmaster(plan);
  try {
    const version = (await readFile(join(folder, 'PG_VERSION'), 'utf8')).trim();
    const key = await fill(`postgres://whoosh:${password}@127.0.0.1:${port}`, password);
    return { folder, binaries, account, password, version, key };
  } finally {
    await stopPostmaster(postmaster);
  }
}

async function fill(server: string, password: string): Promise<string> {
  await run(`${server}/postgres`, 'create database whoosh');
  const url = `${server}/whoosh`;
  await migrate(url);
  await run(url, HOLDERS_SQL);
  // A restart brings a hundred logins at once: by the default of 4096 rounds each they take a second of both processors.
  await run(url, `set scram_iterations = 1; alter role whoosh password '${password}'`);
  const limits = { min: 0, max: 1, recycleS: 3600, connectTimeoutMs: 10_000, queryTimeoutMs: 10_000 };
  const db = openPool({ url, name: 'faults', ...limits });
  const { secret } = await createKey(db, 'faults', { name: 'faults', role: 'admin', project_id: null });
  await db.close();
  return secret;
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
