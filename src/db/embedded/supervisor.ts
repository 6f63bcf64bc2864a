import type { ChildProcess } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import { logTail } from './log-tail.ts';
import { hasEnded, startPostmaster, stopPostmaster } from './postmaster.ts';
import type { ServerPlan } from './spawn-postmaster.ts';

// A server that stayed up for a minute was sound: its end is the first failure of a new row.
const SOUND_MS = 60_000;

/** Keeps one PostgreSQL running: when it ends without being asked to, it is started again, with back-off, for ever. */
export class Supervisor {
  readonly #plan: ServerPlan;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #child: ChildProcess;
  #startedAt = performance.now();
  #failures = 0;
  #restarting: Promise<void> | undefined;

  private constructor(plan: ServerPlan, log: Log, child: ChildProcess) {
    this.#plan = plan;
    this.#log = log;
    this.#child = child;
    this.#watch();
  }

  /** Starts the server and returns when it takes connections. A first start that fails is not tried again. */
  static async start(plan: ServerPlan, log: Log): Promise<Supervisor> {
    return new Supervisor(plan, log, await startPostmaster(plan));
  }

  /** The pid of the server that runs now, or that ran last. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Ends the server: fast, after 10 s immediately; and does not start it again. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#restarting;
    await stopPostmaster(this.#child);
  }

  #watch(): void {
    this.#startedAt = performance.now();
    const child = this.#child;
    const onExit = () => {
      if (!this.#stop.signal.aborted)
        this.#restarting = this.#restart(child.signalCode ?? `exit code ${child.exitCode}`);
    };
    // It may have ended between its being ready and this line.
    if (hasEnded(child)) onExit();
    else child.once('exit', onExit);
  }

  async #restart(end: string): Promise<void> {
    if (performance.now() - this.#startedAt > SOUND_MS) this.#failures = 0;
    this.#log.error({ end, reason: await this.#reason() }, 'PostgreSQL ended unexpectedly; starting it again');
    while (!this.#stop.signal.aborted) {
      const waitMs = backoffMs(++this.#failures, { baseMs: 100, capMs: 10_000, random: Math.random() });
      await pause(waitMs, undefined, { signal: this.#stop.signal }).catch(() => {}); // Stopped meanwhile.
      if (this.#stop.signal.aborted || (await this.#startAgain())) return;
    }
  }

  async #startAgain(): Promise<boolean> {
    try {
      this.#child = await startPostmaster(this.#plan);
      this.#watch();
      this.#log.info({ postgres_pid: this.pid }, 'PostgreSQL runs again');
      return true;
    } catch (error) {
      this.#log.error({ err: error }, 'PostgreSQL could not be started again');
      return false;
    }
  }

  #reason(): Promise<string> {
    return logTail(this.#plan.logFile).catch((error: Error) => error.message);
  }
}
