const REASONS: Record<string, string> = {
  EACCES: 'this account may not write there',
  EPERM: 'this account may not write there',
  EROFS: 'it is on a read-only file system',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ENOTDIR: 'there is a file where a folder is needed',
  EEXIST: 'there is a file where a folder is needed',
  ENOTEMPTY: 'there is something else in it',
  ENAMETOOLONG: 'the path is too long',
  ELOOP: 'its links lead in a circle',
};

/** An Error that says why `folder` cannot hold the database and what to do, from what the file system answered. */
export function explainFolder(folder: string, cause: unknown): Error {
  const { code = '', message } = cause as NodeJS.ErrnoException;
  const sentence = `The embedded database cannot use ${folder}: ${REASONS[code] ?? message}. Set WHOOSH_DATA_DIR to a folder of your own, or DATABASE_URL to a PostgreSQL.`;
  return new Error(sentence, { cause });
}
