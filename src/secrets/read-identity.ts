import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { AppError } from '../errors.ts';
import { loadAge } from './load-age.ts';

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
    const { identityToRecipient } = await loadAge();
    await identityToRecipient(identity);
    return identity;
  } catch {
    // The cause would repeat it.
    throw new AppError('no_secrets_key', 'SECRETS_KEY of this server is not an age identity: it was mistyped.');
  }
}

async function ownIdentity(dataDir: string): Promise<string> {
  const file = join(dataDir, 'secrets.key');
  const known = await readFile(file, 'utf8').catch(absent);
  return known?.trim() ?? makeIdentity(dataDir, file);
}

/** Written aside and linked, so that of two that make one at once neither reads half of the other's. */
async function makeIdentity(dataDir: string, file: string): Promise<string> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const aside = `${file}.${randomUUID()}`;
  const { generateX25519Identity } = await loadAge();
  await writeFile(aside, `${await generateX25519Identity()}\n`, { mode: 0o600, flag: 'wx', flush: true });
  try {
    await link(aside, file);
  } catch (error) {
    // Another was faster: that one counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(aside);
  }
  return (await readFile(file, 'utf8')).trim();
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
