import { mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';

export type KeySettings = Pick<Config, 'mode' | 'dataDir' | 'secretsKey'>;

/**
 * The age identity that seals and opens secrets: SECRETS_KEY, or the standalone server's own, kept in `secrets.key` of its
 * data folder and made when it is needed first. Refuses `no_secrets_key` in production without the setting: replicas
 * must share it, so none may make one up.
 */
export async function readIdentity({ mode, dataDir, secretsKey }: KeySettings): Promise<string> {
  if (secretsKey) return checked(secretsKey);
  if (mode !== 'production') return ownIdentity(dataDir);
  throw new AppError(
    'no_secrets_key',
    'This server has nothing to seal a key with: its operator has to set SECRETS_KEY, as docs/configuration.md says.',
  );
}

async function checked(identity: string): Promise<string> {
  try {
    await identityToRecipient(identity);
    return identity;
  } catch {
    // The cause would repeat it.
    throw new AppError('no_secrets_key', 'SECRETS_KEY of this server is not an age identity: it was mistyped.');
  }
}

async function ownIdentity(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secrets.key');
  const identity = await generateX25519Identity();
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${identity}\n`);
    await handle.sync();
    return identity;
  } catch (error) {
    // It was made before: that one counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return (await readFile(file, 'utf8')).trim();
  }
}
