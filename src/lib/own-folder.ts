import { stat } from 'node:fs/promises';

/**
 * Refuses (Error) a folder of another account: who owns it decides what lies in it, such as the commands that we start
 * as this user. Root's is fine, and root takes anybody's, as containers do. No folder at all is fine.
 */
export async function requireOwnFolder(path: string, uid = process.getuid?.()): Promise<void> {
  const owner = (await stat(path).catch(() => undefined))?.uid;
  if (owner === undefined || uid === undefined || [0, uid].includes(owner) || uid === 0) return;
  throw new Error(`${path} belongs to another account (uid ${owner}): give another folder, or make it yours (chown).`);
}
