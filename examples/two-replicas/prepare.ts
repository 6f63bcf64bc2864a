import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { generateX25519Identity } from 'age-encryption';
import { WHOOSH } from '../process.ts';

/** What an operator does before the first start: make the key that seals, migrate, and make the key of an admin. */
export async function prepare(
  folder: string,
  databaseUrl: string,
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
  const whoosh = (...args: string[]) =>
    promisify(execFile)(process.execPath, [WHOOSH, ...args], { env: { PATH, HOME, ...env } });
  await whoosh('db', 'migrate');
  const { stdout } = await whoosh('key', 'create', 'example', '--role', 'admin', '--database');
  return { env, key: stdout.trim() };
}
