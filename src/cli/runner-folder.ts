import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Io } from './io.ts';

/** Where a runner keeps what is its own: --folder, else ~/.whoosh-runner. */
export const runnerFolder = ({ cwd, env }: Io, folder: string | undefined): string =>
  folder === undefined ? join(env.HOME || homedir(), '.whoosh-runner') : resolve(cwd, folder);
