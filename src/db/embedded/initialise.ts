import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { explainFolder } from './explain-folder.ts';
import { USER } from './url.ts';

type Cluster = {
  initdb: string;
  /** Where the cluster shall be. */
  folder: string;
  /** File with the superuser's password, readable by `account`. */
  passwordFile: string;
  account: Account | undefined;
};

/**
 * Creates an empty database cluster in `folder` (40 MB, about 0.9 s). It is made beside its place and renamed into it,
 * so that a kill halfway leaves nothing that looks like a cluster. Refuses with what initdb said, such as a full disk.
 */
export async function initialise(cluster: Cluster): Promise<void> {
  const { folder, account } = cluster;
  const unfinished = `${folder}.new`;
  try {
    await rm(unfinished, { recursive: true, force: true });
    await mkdir(unfinished, { mode: 0o700 });
    if (account) await chown(unfinished, account.uid, account.gid);
    await runInitdb({ ...cluster, folder: unfinished });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => {}); // The first error is the one to tell.
    throw (error as NodeJS.ErrnoException).code ? explainFolder(folder, error) : error;
  }
}

async function runInitdb({ initdb, folder, passwordFile, account }: Cluster): Promise<void> {
  const login = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // The C locale sorts by bytes, everywhere and for ever; a sort order that changes with the system's libraries would
  // corrupt indexes.
  const encoding = ['--encoding=UTF8', '--locale=C'];
  // The folder and the environment of the caller may be closed to the account.
  const identity = { cwd: '/', env: { LC_ALL: 'C' }, ...(account && { uid: account.uid, gid: account.gid }) };
  try {
    await promisify(execFile)(initdb, ['-D', folder, ...login, ...encoding], identity);
  } catch (cause) {
    const { stderr, message } = cause as Error & { stderr?: string };
    throw new Error(`The database could not be created in ${folder}: ${complaint(stderr || message)}`, { cause });
  }
}

/** The lines of initdb that say what is wrong, without its progress and good advice; ours in place of it. */
function complaint(output: string): string {
  const lines = output.split('\n').filter((line) => /error|fatal|could not|denied|no space/i.test(line));
  const told = (lines.length ? lines : [output.trim()]).map((line) => line.replace(/^initdb: error: /, '')).join(' ');
  return `${told}${remedy(told)}`;
}

function remedy(told: string): string {
  if (/shared librar/.test(told)) return ' (Install scripts were skipped: run `npm rebuild`, or set DATABASE_URL.)';
  if (/ENOENT/.test(told)) return ' (The programs need glibc, which Alpine Linux has not: set DATABASE_URL.)';
  if (/No space left/i.test(told)) return ' (The disk is full: a database starts at 40 MB and 80 MB of log.)';
  return '';
}
