import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const WHOOSH = new URL('../bin/whoosh.js', import.meta.url).pathname;

/** A `whoosh serve` in a process of its own, on any free port. */
export type ServerProcess = {
  url: string;
  readyMs: number;
  child: ChildProcess;
  rssBytes(): number;
  stop(): Promise<void>;
};

/** Starts a server on `dataDir` and waits for its ready line; `readyMs` is from spawn to that line. */
export async function startServerProcess(dataDir: string, env: NodeJS.ProcessEnv = {}): Promise<ServerProcess> {
  const began = performance.now();
  const child = spawn(process.execPath, [WHOOSH, 'serve'], {
    env: {
      ...process.env,
      DATABASE_URL: '',
      WHOOSH_DATA_DIR: dataDir,
      WHOOSH_PORT: '0',
      WHOOSH_LOG_LEVEL: 'warn',
      // Counted as ever, and never refused: what is measured is how much goes.
      RATE_LIMIT_KEYS: '1000000000',
      RATE_LIMIT_RUNNERS: '1000000000',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await readUrl(child);
  const readyMs = performance.now() - began;
  return { url, readyMs, child, rssBytes: () => rssOf(child.pid!), stop: () => stop(child) };
}

async function readUrl(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    const [url] = /http:\/\/[^\s]+/.exec(line) ?? [];
    if (url) {
      // Nothing more is read, but a full pipe would stop the server.
      child.stdout!.resume();
      return url;
    }
  }
  throw new Error('The server ended before it was ready.');
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** Resident memory of one process; Linux only, as the figures of the benches are. */
function rssOf(pid: number): number {
  const [, kib] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}
