import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('../..', import.meta.url));

type Place = { logFile: string; env: NodeJS.ProcessEnv; checkout?: string };

/** Runs the CLI of a checkout, of this one unless told otherwise, with nothing of the shell; what it says goes to `logFile`. */
export function spawnWhoosh(args: string[], { logFile, env, checkout = HERE }: Place): ChildProcess {
  const log = openSync(logFile, 'a');
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [join(checkout, 'bin/whoosh.js'), ...args], {
    env: { PATH, HOME, WHOOSH_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', log, log],
  });
}
