import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { within } from '../within.ts';
import type { Account } from './account.ts';
import { logTail } from './log-tail.ts';
import type { Address } from './url.ts';

/** How the server is started. */
export type ServerPlan = {
  postgres: string;
  folder: string;
  logFile: string;
  address: Address;
  account: Account | undefined;
  settings: Record<string, string>;
};

// For one machine that also runs the agents: 48 MB of cache and room for a replica's 30 connections three times over.
const SETTINGS = {
  shared_buffers: '48MB',
  max_connections: '100',
  max_wal_size: '256MB',
  huge_pages: 'off',
  // Reads by the process itself: the three workers of PostgreSQL 18 cost memory, and at this size they slow it down.
  io_method: 'sync',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] ',
};

// Recovery after a crash replays at most max_wal_size, a few seconds of work; a busy disk may take longer.
const START_LIMIT_MS = 60_000;

/**
 * Starts PostgreSQL as a child and returns it when it takes connections. Refuses with the end of its log when it ends
 * before that.
 */
export async function startPostmaster(plan: ServerPlan): Promise<ChildProcess> {
  const log = await open(plan.logFile, 'a', 0o600);
  try {
    const child = spawn(plan.postgres, postgresArguments(plan), {
      cwd: '/',
      env: { LC_ALL: 'C' },
      // A session of its own: Ctrl-C on our terminal must not stop the database before we have drained.
      detached: true,
      // A file, not a pipe: the server outlives a killed parent, and must not block on a pipe that nobody reads.
      stdio: ['ignore', log.fd, log.fd],
      ...(plan.account && { uid: plan.account.uid, gid: plan.account.gid }),
    });
    await Promise.race([once(child, 'spawn'), failed(child)]);
    await Promise.race([ready(child, plan.folder), ended(child, plan)]);
    return child;
  } finally {
    await log.close();
  }
}

/**
 * Ends a server: a fast shutdown (open transactions are rolled back, all is written), after `fastMs` an immediate one
 * (recovery at the next start), after 5 s more SIGKILL. Returns when it has ended.
 */
export async function stopPostmaster(child: ChildProcess, fastMs = 10_000): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGINT');
  await within(fastMs, exited).catch(() => child.kill('SIGQUIT'));
  await within(5000, exited).catch(() => child.kill('SIGKILL'));
  await exited;
}

function postgresArguments({ folder, address, settings }: ServerPlan): string[] {
  const where =
    'port' in address
      ? { listen_addresses: '127.0.0.1', port: String(address.port), unix_socket_directories: '' }
      : { listen_addresses: '', port: '5432', unix_socket_directories: address.socketFolder };
  const all = Object.entries({ ...SETTINGS, ...where, ...settings });
  return ['-D', folder, ...all.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

async function failed(child: ChildProcess): Promise<never> {
  const [error] = await once(child, 'error');
  throw new Error(`PostgreSQL could not be started: ${(error as Error).message}`, { cause: error });
}

async function ended(child: ChildProcess, { logFile }: ServerPlan): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`PostgreSQL ended while starting (${signal ?? `exit code ${code}`}): ${await logTail(logFile)}`);
}

// The server writes its state into line 8 of its pid file, which is what pg_ctl waits for.
async function ready(child: ChildProcess, folder: string): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const lines = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    if (performance.now() > giveUpAt) {
      await stopPostmaster(child, 1000);
      throw new Error(`PostgreSQL was not ready within ${START_LIMIT_MS / 1000} s.`);
    }
    await pause(5);
  }
  await new Promise(() => {}); // It has ended: `ended` tells why.
}
