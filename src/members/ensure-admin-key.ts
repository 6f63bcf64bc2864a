import { randomBytes } from 'node:crypto';
import { chmod, readFile, rename, writeFile } from 'node:fs/promises';
import type { Db } from '../db/database.ts';
import { parseToken } from '../lib/token.ts';
import { createKey } from './create-key.ts';
import { findActor } from './find-actor.ts';

/**
 * The admin key of a standalone server, kept in the file at `path` (mode 0600): the one that is there when it still
 * works, else a new one, as on the first start or on a new database. No other secret exists before it.
 */
export async function ensureAdminKey(db: Db, path: string): Promise<string> {
  const kept = await readKey(path);
  if (kept !== undefined && (await isAdmin(db, kept))) {
    await chmod(path, 0o600);
    return kept;
  }
  const { secret } = await createKey(db, 'server', { name: 'admin.key of a server', role: 'admin', project_id: null });
  await writeKey(path, secret);
  return secret;
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    // The first start, or somebody removed it to get a new one.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function isAdmin(db: Db, text: string): Promise<boolean> {
  const token = parseToken(text);
  const actor = token && (await findActor(db, token));
  return actor?.kind === 'key' && actor.role === 'admin' && actor.project_id === null;
}

// Renamed into place: a reader, or a server killed half-way, never meets half a key.
async function writeKey(path: string, secret: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  await rename(draft, path);
}
