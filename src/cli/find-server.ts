import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { SETTING_ROWS } from '../config.ts';
import { trustCertificate } from '../lib/trust-certificate.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

export type ServerOptions = { server?: string; key?: string };
export type FoundServer = { url: string; key: string | undefined };

const DATA_DIR = SETTING_ROWS.find(({ key }) => key === 'dataDir')!;

/** The data folder of the server on this machine. */
export const dataDirOf = ({ env, cwd }: Io): string => resolve(cwd, env[DATA_DIR.env] || DATA_DIR.default!);

/**
 * Where the server is and with which key: --server and --key, else WHOOSH_URL and WHOOSH_API_KEY, else the server that
 * runs on this machine's data folder with its admin key. That key is sent to no other server. Inside an attempt, whose
 * WHOOSH_URL is the server, its token is the key when no other is given: what it submits are sub-tasks.
 */
export async function findServer(io: Io, options: ServerOptions): Promise<FoundServer> {
  const local = await readLocalAddress(dataDirOf(io));
  const url = options.server ?? (io.env.WHOOSH_URL || local);
  if (!url) throw nowhere(dataDirOf(io));
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
    const sentence = `${url} is not the address of a server: expected http:// or https://`;
    throw new CliError(sentence, { code: 'usage', exit: 'usage' });
  }
  const token = url === io.env.WHOOSH_URL ? io.env.WHOOSH_TOKEN : undefined;
  const key = options.key ?? (io.env.WHOOSH_API_KEY || token || undefined);
  return { url, key: key ?? (url === local ? await readAdminKey(dataDirOf(io)) : undefined) };
}

/**
 * The address that the server of a data folder wrote when it started; undefined when none runs. Its certificate is trusted
 * from now on.
 */
export async function readLocalAddress(dataDir: string): Promise<string | undefined> {
  try {
    const { url, certificate } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8'));
    if (certificate) trustCertificate(await readFile(certificate, 'utf8'));
    // A server that listens on every address is here at the loopback one.
    return String(url).replace(/\/\/(0\.0\.0\.0|\[::\])(?=[:/]|$)/, '//127.0.0.1');
  } catch {
    // Not there, not ours to read or half-written: no server to find.
    return undefined;
  }
}

async function readAdminKey(dataDir: string): Promise<string | undefined> {
  const path = join(dataDir, 'admin.key');
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    const hint = 'Run this as the user of the server, or give a key with --key or WHOOSH_API_KEY.';
    throw new CliError(`The admin key in ${path} cannot be read`, { code: String(code), hint, cause });
  }
}

const nowhere = (dataDir: string) =>
  new CliError(`No server runs on the data folder ${dataDir}`, {
    code: 'unreachable',
    exit: 'unreachable',
    hint: 'Start one with `whoosh serve` (in a checkout: npm start), or name one with --server or WHOOSH_URL.',
  });
