import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Log } from '../../lib/log.ts';
import { type Account, unprivilegedAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { initialise } from './initialise.ts';
import { startPostmaster, stopPostmaster } from './postmaster.ts';
import { type Address, embeddedUrl } from './url.ts';

export type Embedded = { url: string; pid: number; stop(): Promise<void> };

export async function startEmbedded(options: {
  dataDir: string;
  log: Log;
  settings?: Record<string, string>;
}): Promise<Embedded> {
  const { initdb, postgres } = await findBinaries();
  const account = await unprivilegedAccount();
  const folder = join(options.dataDir, 'postgres');
  await mkdir(options.dataDir, { recursive: true, mode: 0o711 });
  if (account) await chmod(options.dataDir, 0o711);
  const password = await keepPassword(`${folder}.password`, account);
  const fresh = !existsSync(folder);
  if (fresh) await initialise({ initdb, folder, passwordFile: `${folder}.password`, account });
  const address: Address = { socketFolder: folder };
  const plan = { postgres, folder, logFile: `${folder}.log`, address, account, settings: options.settings ?? {} };
  const child = await startPostmaster(plan);
  await ensureDatabase(address, password);
  return { url: embeddedUrl(address, password), pid: child.pid ?? 0, stop: () => stopPostmaster(child) };
}

async function keepPassword(file: string, account: Account | undefined): Promise<string> {
  if (!existsSync(file)) {
    await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (account) await chown(file, account.uid, account.gid);
  }
  return readFile(file, 'utf8');
}

async function ensureDatabase(address: Address, password: string): Promise<void> {
  const client = new pg.Client({ connectionString: embeddedUrl(address, password, 'postgres') });
  await client.connect();
  const { rows } = await client.query("select 1 from pg_database where datname = 'whoosh'");
  if (!rows.length) await client.query('create database whoosh');
  await client.end();
}
