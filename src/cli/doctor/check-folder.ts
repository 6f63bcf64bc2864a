import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { showBytes } from '../show/bytes.ts';
import { bad, type Finding, note, ok } from './finding.ts';

const LITTLE_SPACE = 2 ** 30;
const TOO_LITTLE_SPACE = 100 * 2 ** 20;

/** The data folder of the server on this machine. */
export async function checkFolder(dataDir: string): Promise<Finding[]> {
  const first = await checkWritable(dataDir);
  return first.status === 'bad' ? [first] : [first, await checkKeyFile(dataDir), await checkSpace(dataDir)];
}

async function checkWritable(dataDir: string): Promise<Finding> {
  try {
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok('data folder', `${dataDir} is writable`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') {
      return bad(
        'data folder',
        `${dataDir} does not exist`,
        'Start the server once (`whoosh serve`), or set WHOOSH_DATA_DIR.',
      );
    }
    const remedy = 'Run this as the user of the server, or set WHOOSH_DATA_DIR to a folder of your own.';
    return bad('data folder', `${dataDir} cannot be used (${code})`, remedy);
  }
}

async function checkKeyFile(dataDir: string): Promise<Finding> {
  const path = join(dataDir, 'admin.key');
  try {
    const { mode } = await stat(path);
    if ((mode & 0o077) === 0) return ok('admin key', `${path} can be read by its user only`);
    return bad('admin key', `${path} can be read by others`, `chmod 600 ${path}, then revoke the key and restart.`);
  } catch {
    return note('admin key', `${path} is not there`, 'A standalone server writes it at its start.');
  }
}

async function checkSpace(dataDir: string): Promise<Finding> {
  const { bavail, bsize } = await statfs(dataDir);
  const free = bavail * bsize;
  const detail = `${showBytes(free)} free for ${dataDir}`;
  const remedy = 'Make room: without it PostgreSQL stops. RETENTION_DAYS says how long finished work is kept.';
  if (free < TOO_LITTLE_SPACE) return bad('disk', detail, remedy);
  return free < LITTLE_SPACE ? note('disk', detail, remedy) : ok('disk', detail);
}
