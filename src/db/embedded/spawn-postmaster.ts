import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import type { Account } from './account.ts';
import { serverSettings } from './server-settings.ts';
import type { Address } from './url.ts';

/** How the server is started. */
export type ServerPlan = {
  postgres: string;
  folder: string;
  logFile: string;
  address: Address;
  account: Account | undefined;
  /** Settings of PostgreSQL in place of ours. */
  settings: Record<string, string>;
};

/** Starts PostgreSQL as a child, and says where in its log it began; whether it takes connections is not waited for. */
export async function spawnPostmaster({ postgres, folder, logFile, address, account, settings }: ServerPlan) {
  const log = await open(logFile, 'a', 0o600);
  try {
    const logStart = (await log.stat()).size;
    const child = spawn(postgres, ['-D', folder, ...serverSettings(address, settings)], {
      // Those of the caller may be closed to the account.
      cwd: '/',
      env: { LC_ALL: 'C' },
      // A session of its own: Ctrl-C on our terminal must not stop the database before we have drained.
      detached: true,
      // A file, not a pipe: the server outlives a killed parent, and must not block on a pipe that nobody reads.
      stdio: ['ignore', log.fd, log.fd],
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    await once(child, 'spawn');
    return { child, logStart };
  } catch (cause) {
    throw new Error(`PostgreSQL could not be started: ${(cause as Error).message}`, { cause });
  } finally {
    await log.close();
  }
}
