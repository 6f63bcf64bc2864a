import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateX25519Identity } from 'age-encryption';
import type { PoolDb } from '../../src/db/pool.ts';
import { createKey } from '../../src/members/create-key.ts';
import { WHOOSH } from '../process.ts';

/** What an operator does before the first start: migrate, make the key that seals, and a key of an admin. */
export async function prepare(
  folder: string,
  databaseUrl: string,
  db: PoolDb,
): Promise<{ env: Record<string, string>; key: string }> {
  const secretsKeyFile = join(folder, 'secrets.key');
  await writeFile(secretsKeyFile, `${await generateX25519Identity()}\n`, { mode: 0o600 });
  const env = {
    WHOOSH_MODE: 'production',
    DATABASE_URL: databaseUrl,
    SECRETS_KEY_FILE: secretsKeyFile,
    // The model server of the example is on this machine.
    EGRESS_ALLOW: 'loopback',
  };
  const { PATH, HOME } = process.env;
  await promisify(execFile)(process.execPath, [WHOOSH, 'db', 'migrate'], { env: { PATH, HOME, ...env } });
  const { secret } = await createKey(db, 'example', { name: 'example', role: 'admin', project_id: null });
  return { env, key: secret };
}
