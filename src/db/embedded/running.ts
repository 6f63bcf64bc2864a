import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { readPassword } from './password.ts';
import { type Address, embeddedUrl } from './url.ts';

// What stands where in postmaster.pid: src/include/utils/pidfile.h of PostgreSQL.
const PORT_LINE = 3;
const SOCKET_FOLDER_LINE = 4;

/** The URL of the embedded PostgreSQL that runs on a data folder now; undefined when none does. */
export async function runningEmbedded(dataDir: string): Promise<string | undefined> {
  // It may be a link; see place.ts.
  const folder = await realpath(join(dataDir, 'postgres')).catch(() => undefined);
  const address = folder && (await readAddress(join(folder, 'postmaster.pid')));
  if (!address) return undefined;
  const url = embeddedUrl(address, await readPassword(`${folder}.password`));
  return (await answers(url)) ? url : undefined;
}

async function readAddress(file: string): Promise<Address | undefined> {
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const [port, socketFolder] = [lines[PORT_LINE], lines[SOCKET_FOLDER_LINE]];
  if (socketFolder) return { socketFolder };
  return port ? { port: Number(port) } : undefined;
}

/** One that was killed leaves its file behind. */
async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, query_timeout: 5000 });
  client.on('error', () => {});
  return client.connect().then(
    () => client.end().then(() => true),
    () => false,
  );
}
