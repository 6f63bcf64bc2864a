import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { loadAge } from './load-age.ts';

export type KeySettings = Pick<Config, 'dataDir' | 'secretsKey' | 'secretsKeyPrevious'>;

/** Age identities: everything is sealed for all of them, and each opens what was sealed for it. */
export type Identities = { current: string; previous: readonly string[] };

/**
 * The age identities of a server: SECRETS_KEY, or the standalone server's own, kept in `secrets.key` of its data folder and
 * made when it is needed first; beside it SECRETS_KEY_PREVIOUS. In production SECRETS_KEY is there: replicas share it, so
 * none may make one up.
 */
export async function readIdentities({ dataDir, secretsKey, secretsKeyPrevious }: KeySettings): Promise<Identities> {
  return { current: secretsKey ?? (await ownIdentity(dataDir)), previous: secretsKeyPrevious ?? [] };
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
