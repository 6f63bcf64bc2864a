import { randomBytes } from 'node:crypto';
import { chown, readFile, writeFile } from 'node:fs/promises';
import type { Account } from './account.ts';

/** Makes the superuser's password for a new cluster: 192 random bits in `file`, which only its owner may read. */
export async function makePassword(file: string, account: Account | undefined): Promise<void> {
  await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
  // initdb, which runs as the account, reads it.
  if (account) await chown(file, account.uid, account.gid);
}

/** Reads the password of an existing cluster. Refuses (Error) when the file is gone: nothing else opens the database. */
export async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (cause) {
    const sentence = `${file}, which holds the password of the embedded database, cannot be read. Restore it from a backup, or move the database away to start with an empty one.`;
    throw new Error(sentence, { cause });
  }
}
