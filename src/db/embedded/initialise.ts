import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Account } from './account.ts';
import { USER } from './url.ts';

const run = promisify(execFile);

type Cluster = {
  initdb: string;
  /** Where the cluster shall be. */
  folder: string;
  /** File with the superuser's password, readable by `account`. */
  passwordFile: string;
  account: Account | undefined;
};

/**
 * Creates an empty database cluster in `folder` (39 MB, about 0.9 s). It is made beside its place and renamed into it,
 * so that a kill halfway leaves nothing that looks like a cluster. Refuses with what initdb said, such as a full disk.
 */
export async function initialise({ initdb, folder, passwordFile, account }: Cluster): Promise<void> {
  const unfinished = `${folder}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { mode: 0o700 });
  if (account) await chown(unfinished, account.uid, account.gid);
  await runInitdb(initdb, unfinished, passwordFile, account);
  await rename(unfinished, folder);
}

async function runInitdb(initdb: string, folder: string, passwordFile: string, account: Account | undefined) {
  const login = [`--username=${USER}`, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
  // The C locale sorts by bytes, everywhere and for ever; a sort order that changes with the system's libraries would
  // corrupt indexes.
  const encoding = ['--encoding=UTF8', '--locale=C'];
  try {
    // cwd and environment are set because those of the caller may be closed to the account.
    const identity = account && { uid: account.uid, gid: account.gid };
    await run(initdb, ['-D', folder, ...login, ...encoding], { cwd: '/', env: { LC_ALL: 'C' }, ...identity });
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`The database could not be created in ${folder}: ${complaint(stderr || message)}`, {
      cause: error,
    });
  }
}

/** The lines of initdb that say what is wrong, without its progress and good advice. */
function complaint(output: string): string {
  const lines = output.split('\n').filter((line) => /error|fatal|could not|denied|no space/i.test(line));
  return (lines.length ? lines : [output.trim()]).map((line) => line.replace(/^initdb: error: /, '')).join(' ');
}
