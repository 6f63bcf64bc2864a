import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LockTaken, lockFile } from '../lib/lock-file.ts';
import { requireOwnFolder } from '../lib/own-folder.ts';
import { RunnerError } from './runner-error.ts';

/**
 * Makes the runner's folder if need be and takes it for this process; the returned function gives it back. Two runners
 * on one folder would end each other's work, so the second is refused (RunnerError) with the first one's pid. What a
 * killed runner left is taken over.
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  await makeFolder(folder);
  // agents.yaml in it says what is started as this user.
  await requireOwnFolder(folder).catch((cause: Error) => {
    throw new RunnerError(`The runner's folder cannot be used: ${cause.message}`, cause);
  });
  return lockFile(join(folder, 'runner.lock')).catch((cause: Error) => {
    throw new RunnerError(whyNot(folder, cause), cause);
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new RunnerError(`The runner's folder ${folder} cannot be made: ${(cause as Error).message}`, cause);
  }
}

const whyNot = (folder: string, cause: Error): string =>
  cause instanceof LockTaken
    ? `The runner with ${cause.owner} uses the folder ${folder} already. Stop it, or give this one another folder (--folder).`
    : `The runner's folder cannot be used: ${cause.message}`;
