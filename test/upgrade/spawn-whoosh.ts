import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';

/** Runs the CLI of a checkout; what it says goes to `logFile`. */
export function spawnWhoosh(checkout: string, args: string[], logFile: string, env: NodeJS.ProcessEnv): ChildProcess {
  const log = openSync(logFile, 'a');
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [join(checkout, 'bin/whoosh.js'), ...args], {
    env: { PATH, HOME, WHOOSH_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', log, log],
  });
}
