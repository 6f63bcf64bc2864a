import { LockTaken, lockFile } from '../../lib/lock-file.ts';

/**
 * Takes the database folder for this process and returns what gives it back. Refuses (Error) naming the pid of the
 * live server that has it; what a killed one left is taken over.
 */
export const lockFolder = (folder: string): Promise<() => Promise<void>> =>
  lockFile(`${folder}.lock`).catch((error) => {
    if (!(error instanceof LockTaken)) throw error;
    throw new Error(
      `Another WHOOSH server (${error.owner}) uses ${folder}. Stop it, or set WHOOSH_DATA_DIR to another folder.`,
    );
  });
