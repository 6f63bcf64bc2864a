import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { hasEnded } from '../../../src/db/embedded/postmaster.ts';
import { freePort } from '../../support/free-port.ts';
import { WHOOSH } from '../../support/whoosh.ts';
import type { Ledger } from '../ledger.ts';
import { openToxicProxy } from '../toxic-proxy.ts';
import type { Postgres } from './postgres.ts';
import type { Warden } from './warden.ts';

const MOST_STARTS = 5;

export type ToxicProxy = Awaited<ReturnType<typeof openToxicProxy>>;

/** A replica in a process of its own, with its own way to PostgreSQL. */
export type Replica = {
  /** Also the application_name of its connections, and its name in `faults.holders`. */
  name: string;
  /** The same after a restart. */
  url: string;
  /** Of the next start. */
  env: Record<string, string>;
  /** Modules (file URLs) that the next start loads before the product. */
  preloads: string[];
  /** Before each server of PostgreSQL; `proxy` is the first. */
  proxies: ToxicProxy[];
  proxy: ToxicProxy;
  /** The process that runs, or that ran last. */
  readonly child: ChildProcess;
  readonly isRunning: boolean;
  /** Where its log and errors are. */
  logFile: string;
  /** Starts it and waits until it is ready. */
  start(): Promise<void>;
  /** Sends a signal and waits for the end of the process; answers its exit code, null after a signal. */
  kill(signal: NodeJS.Signals): Promise<number | null>;
  close(): Promise<void>;
};

export type ReplicaOptions = {
  name: string;
  folder: string;
  key: string;
  env: Record<string, string>;
  preloads: string[];
  random: () => number;
  /** Asked at the moment of a death. */
  ledger: () => Ledger;
};

/** Prepares a replica; nothing runs before `start`. */
export async function openReplica(postgres: Postgres, warden: Warden, options: ReplicaOptions): Promise<Replica> {
  const { name, folder, key, ledger, random } = options;
  const dataDir = join(folder, name);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(join(dataDir, 'admin.key'), `${key}\n`, { mode: 0o600 });
  const proxies = await Promise.all(postgres.ports.map((port) => openToxicProxy(port, random)));
  const ports = proxies.map((proxy) => proxy.port);
  const DATABASE_URL = postgres.urlThrough(ports, name);
  const port = await freePort();
  const logFile = join(folder, `${name}.log`);
  let child: ChildProcess | undefined;
  const isRunning = () => child !== undefined && !hasEnded(child);
  const launch = () => {
    const fixed = { DATABASE_URL, WHOOSH_DATA_DIR: dataDir, WHOOSH_PORT: String(port), WHOOSH_LOCAL_RUNNER: 'off' };
    child = spawnReplica(replica, fixed);
    warden.watch(child);
    child.once('exit', () => ledger().wentAway({ replica: name }));
    return child;
  };
  const replica: Replica = {
    name,
    url: `http://127.0.0.1:${port}`,
    env: { ...options.env },
    preloads: [...options.preloads],
    proxies,
    proxy: proxies[0]!,
    logFile,
    get child() {
      return child!;
    },
    get isRunning() {
      return isRunning();
    },
    start: () => startAgain(launch, logFile),
    async kill(signal) {
      if (isRunning()) {
        const ended = once(child!, 'exit');
        child!.kill(signal);
        await ended;
      }
      return child!.exitCode;
    },
    async close() {
      await replica.kill('SIGKILL');
      await Promise.all(proxies.map((proxy) => proxy.close()));
    },
  };
  return replica;
}

/** One key, one address and few runners make the whole load here. */
const UNLIMITED = {
  RATE_LIMIT_ANONYMOUS: '0',
  RATE_LIMIT_FAILED_AUTH: '0',
  RATE_LIMIT_KEYS: '0',
  RATE_LIMIT_RUNNERS: '0',
};

function spawnReplica({ preloads, env, logFile }: Replica, fixed: Record<string, string>): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn(process.execPath, [...preloads.flatMap((one) => ['--import', one]), WHOOSH, 'serve'], {
    env: { PATH, HOME, WHOOSH_LOG_LEVEL: 'warn', ...UNLIMITED, ...env, ...fixed },
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
  });
}

/** As a supervisor does: a start that loses its database on the way ends, and is to be repeated. */
async function startAgain(launch: () => ChildProcess, logFile: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const child = launch();
    const failure = await untilReady(child, logFile).catch((error: Error) => error);
    if (!failure) return;
    if (child.exitCode !== 1 || tries === MOST_STARTS) throw failure;
  }
}

async function untilReady(child: ChildProcess, logFile: string): Promise<undefined> {
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    said.push(line);
    if (!/ is ready at /.test(line)) continue;
    child.stdout!.pipe(createWriteStream(logFile, { flags: 'a' }));
    return undefined;
  }
  if (!hasEnded(child)) await once(child, 'exit');
  const end = child.signalCode ?? `exit code ${child.exitCode}`;
  throw new Error(
    `A replica ended before it was ready (${end}): ${said.join('\n')} ${await readFile(logFile, 'utf8')}`,
  );
}
