import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Warden } from '../../test/faults/fleet/warden.ts';
import { freePort } from '../../test/support/free-port.ts';
import { WHOOSH } from '../process.ts';
import type { Cage } from './cage.ts';

/** Of the 512 MB, what V8 may use for old objects; the rest is for new ones, buffers and code (150 MB at the most). */
const OLD_SPACE_MB = 320;
/** Half a core loads the program in some 3 s. */
const START_LIMIT_MS = 60_000;

/** One replica in production mode: always the same port, another process after each start. */
export type Replica = {
  name: string;
  port: number;
  url: string;
  /** Where Node's inspector listens: the memory in use is asked there. */
  inspectorPort: number;
  cage: Cage;
  /** The process that runs, or that ran last. */
  readonly pid: number;
  /** Starts it and waits until it is ready. */
  start(): Promise<void>;
  /** Ends it as an orchestrator does; answers its exit code. */
  stop(): Promise<number | null>;
};

type Options = { name: string; cage: Cage; env: Record<string, string>; logFile: string; warden: Warden };

/** Prepares a replica; nothing runs before `start`. */
export async function openReplica({ name, cage, env, logFile, warden }: Options): Promise<Replica> {
  const [port, inspectorPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;
  const replica: Replica = {
    name,
    port,
    url,
    inspectorPort,
    cage,
    get pid() {
      return child!.pid!;
    },
    async start() {
      const options = [`--max-old-space-size=${OLD_SPACE_MB}`, `--inspect=127.0.0.1:${inspectorPort}`];
      child = spawnIn(cage, options, { ...env, WHOOSH_PORT: String(port) }, logFile);
      warden.watch(child);
      await untilReady(child, url);
    },
    async stop() {
      if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      return child.exitCode;
    },
  };
  return replica;
}

/** The shell walks into the cage before it becomes the server: no byte is taken outside of it. */
const WALK_IN = 'for door in $DOORS; do echo $$ > "$door" || exit; done; exec "$@"';

function spawnIn({ doors }: Cage, options: string[], env: Record<string, string>, logFile: string): ChildProcess {
  const log = openSync(logFile, 'a');
  const program = [process.execPath, ...options, WHOOSH, 'serve'];
  const { PATH, HOME } = process.env;
  return spawn('sh', ['-c', WALK_IN, 'sh', ...program], {
    env: { PATH, HOME, ...env, DOORS: doors.join(' ') },
    stdio: ['ignore', log, log],
  });
}

async function untilReady(child: ChildProcess, url: string): Promise<void> {
  const giveUpAt = performance.now() + START_LIMIT_MS;
  while (!(await isReady(url))) {
    const ended = child.exitCode ?? child.signalCode;
    if (ended !== null) throw new Error(`The replica at ${url} ended before it was ready (${ended}).`);
    if (performance.now() > giveUpAt) throw new Error(`The replica at ${url} was not ready in ${START_LIMIT_MS} ms.`);
    await pause(100);
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/readyz`).then(
    ({ ok }) => ok,
    () => false, // It does not listen yet.
  );
