import { constants } from 'node:fs';
import { access, chmod, lstat, mkdir, mkdtemp, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Log } from '../../lib/log.ts';
import type { Account } from './account.ts';
import { closedTo } from './closed-to.ts';
import { explainFolder } from './explain-folder.ts';

/** Where the cluster is or shall be, and whose it is. */
export type Place = { folder: string; account: Account | undefined };

/** Below it, root keeps what PostgreSQL's account must reach and cannot where it is. */
export const SYSTEM_FOLDER = '/var/lib/whoosh';

/**
 * Finds the place of the cluster for a data folder, which is created when it is missing: `<dataDir>/postgres`.
 *
 * When root's data folder lies where PostgreSQL's account cannot go (below /root, mode 0700), the cluster is put into a
 * new folder below /var/lib/whoosh, and `<dataDir>/postgres` becomes a link to it: the data folder stays what decides.
 * An existing cluster is run by its owner. Refuses (Error) with the folder and the remedy when none of that is possible.
 */
export async function choosePlace(dataDir: string, account: Account | undefined, log: Log): Promise<Place> {
  await prepareDataDir(dataDir, account);
  const folder = join(await realpath(dataDir), 'postgres');
  if (await isThere(folder)) return existingPlace(folder, account);
  if (!account) return { folder, account };
  const closed = await closedTo(account, dirname(folder));
  return { folder: closed ? await linkedPlace(folder, closed, account, log) : folder, account };
}

async function prepareDataDir(dataDir: string, account: Account | undefined): Promise<void> {
  try {
    await mkdir(dataDir, { recursive: true, mode: account ? 0o711 : 0o700 });
    await access(dataDir, constants.W_OK | constants.X_OK);
    const { mode, uid } = await stat(dataDir);
    // Ours, but closed to PostgreSQL's account: it may pass now, and still not list what is there.
    if (account && uid === 0 && !(mode & 0o001)) await chmod(dataDir, (mode & 0o777) | 0o011);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw explainFolder(dataDir, (code === 'ENOENT' && (await obstacle(dataDir))) || error);
  }
}

// A recursive mkdir reports ENOENT on a read-only file system: the nearest folder that exists tells the reason.
async function obstacle(path: string): Promise<unknown> {
  if (!(await isThere(path)) && dirname(path) !== path) return obstacle(dirname(path));
  return access(path, constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error) => error,
  );
}

const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

async function existingPlace(link: string, account: Account | undefined): Promise<Place> {
  const folder = await realpath(link).catch((error) => {
    throw explainFolder(link, error);
  });
  const { uid, gid } = await stat(folder);
  if (account && uid !== 0) {
    const owner = uid === account.uid ? account : { name: `uid ${uid}`, uid, gid };
    const closed = await closedTo(owner, folder);
    if (closed) throw closedError(folder, closed, owner);
    return { folder, account: owner };
  }
  if (uid !== process.getuid?.()) throw foreignError(folder, uid);
  return { folder, account };
}

async function linkedPlace(link: string, closed: string, account: Account, log: Log): Promise<string> {
  try {
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    const home = await mkdtemp(join(SYSTEM_FOLDER, 'data-'));
    await chmod(home, 0o711);
    const folder = join(home, 'postgres');
    await mkdir(folder, { mode: 0o700 });
    await symlink(folder, link);
    log.info(
      { folder, link },
      `The database is kept in ${folder}: ${account.name}, who runs it, may not enter ${closed}`,
    );
    return folder;
  } catch (cause) {
    // Another server made the link in the same moment; the lock will tell who may use it.
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return realpath(link);
    throw new Error(closedError(link, closed, account).message, { cause });
  }
}

function closedError(folder: string, closed: string, { name }: Account): Error {
  return new Error(
    `PostgreSQL does not run as root, and ${name}, who runs it instead, may not enter ${closed}, so it cannot use ${folder}. Open it (\`chmod o+x ${closed}\`), or set WHOOSH_DATA_DIR to a folder such as /var/lib/whoosh/data.`,
  );
}

function foreignError(folder: string, uid: number): Error {
  return new Error(
    `The database in ${folder} belongs to another account (uid ${uid}). Start WHOOSH as that account or as root, or set WHOOSH_DATA_DIR to a folder of your own.`,
  );
}
