import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { backoffMs } from '../lib/backoff.ts';
import type { Log } from '../lib/log.ts';
import { within } from '../lib/within.ts';
import { cutOff } from './cut-off.ts';
import { Failures } from './failures.ts';
import { findPrimary } from './find-primary.ts';
import { CHANNEL } from './notifier.ts';
import { SESSION_NAMES } from './session-names.ts';
import { asUnavailable, DatabaseUnavailable } from './unavailable.ts';

/** How a listener is opened. */
export type ListenerOptions = {
  url: string;
  log: Log;
  /** Milliseconds between two trials of the connection. Default 15,000. */
  pingEveryMs?: number;
  /** How long connecting, and the way back of a trial, may take. Default 5000. */
  limitMs?: number;
  /** Pauses before it connects anew, in milliseconds: the first, doubled each time, and the longest. Default 100 and 5000. */
  retryBaseMs?: number;
  retryCapMs?: number;
};

const DEFAULTS = { pingEveryMs: 15_000, limitMs: 5000, retryBaseMs: 100, retryCapMs: 5000 };

type Hear = (payload?: string) => void;

/**
 * A replica's one connection for LISTEN. It reconnects for ever, and proves itself by a notification to itself every
 * 15 s: a half-open connection would else look like a quiet fleet. Notifications are hints; polling is the truth.
 */
export class Listener {
  readonly #options: Required<ListenerOptions>;
  readonly #failures: Failures;
  readonly #hearers = new Map<string, Set<Hear>>();
  readonly #reconnectHearers = new Set<() => void>();
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  /** A channel of our own, so that a trial wakes no other replica. */
  readonly #echoChannel = `${CHANNEL}_${randomBytes(8).toString('hex')}`;
  #client: pg.Client | undefined;
  #echoed: () => void = () => {};
  #roundTripMs: number | null = null;

  /** Starts at once, in the background; an absent server is not met here. */
  constructor(options: ListenerOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.#failures = new Failures({ name: SESSION_NAMES.listen }, options.log);
    this.#ended = this.#run();
  }

  /** How long the last notification to itself took, in milliseconds; null while there is no connection. */
  get roundTripMs(): number | null {
    return this.#roundTripMs;
  }

  /** Calls `hear` for each notification of `topic`, with its payload if it has one. Returns what ends that. */
  subscribe(topic: string, hear: Hear): () => void {
    const hearers = this.#hearers.get(topic) ?? new Set();
    this.#hearers.set(topic, hearers.add(hear));
    return () => {
      hearers.delete(hear);
      if (!hearers.size && this.#hearers.get(topic) === hearers) this.#hearers.delete(topic);
    };
  }

  /** Calls `hear` each time the connection stands (again): what was told meanwhile is lost, so look for yourself. */
  onReconnected(hear: () => void): () => void {
    this.#reconnectHearers.add(hear);
    return () => this.#reconnectHearers.delete(hear);
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#cutOff();
    await this.#ended;
  }

  async #run(): Promise<void> {
    for (let failures = 1; !this.#stop.signal.aborted; failures++) {
      const lost = await this.#listen(() => {
        failures = 0;
      }).catch((error: Error) => error);
      this.#roundTripMs = null;
      this.#cutOff();
      if (this.#stop.signal.aborted) return;
      // Whatever it was, it ended the connection, and nobody else is told.
      const refusal = asUnavailable(lost);
      this.#failures.lost(refusal === lost ? new DatabaseUnavailable('away', lost) : refusal);
      await pause(this.#pauseMs(failures), undefined, { signal: this.#stop.signal }).catch(() => {}); // Closed meanwhile.
    }
  }

  #pauseMs(failures: number): number {
    const { retryBaseMs: baseMs, retryCapMs: capMs } = this.#options;
    return backoffMs(failures, { baseMs, capMs, random: Math.random() });
  }

  /** One connection, until it fails. */
  async #listen(onUp: () => void): Promise<never> {
    const url = await findPrimary(this.#options.url, this.#options.limitMs);
    this.#stop.signal.throwIfAborted();
    const client = this.#newClient(url);
    // It is destroyed after a failure, and what becomes of it then is of no interest.
    const failed = new Promise<never>((_, reject) =>
      client.on('error', reject).on('end', () => reject(new Error('ended'))),
    );
    failed.catch(() => {});
    client.on('notification', (message) => this.#hear(message));
    await client.connect();
    await client.query(`listen ${CHANNEL}; listen ${this.#echoChannel}`);
    await Promise.race([failed, this.#ping(client)]);
    onUp();
    for (const hear of this.#reconnectHearers) this.#tell(hear);
    for (;;) {
      await Promise.race([failed, pause(this.#options.pingEveryMs, undefined, { signal: this.#stop.signal })]);
      await Promise.race([failed, this.#ping(client)]);
    }
  }

  #newClient(url: string): pg.Client {
    const { limitMs } = this.#options;
    const limits = { connectionTimeoutMillis: limitMs, query_timeout: limitMs, keepAlive: true };
    this.#client = new pg.Client({ connectionString: url, application_name: SESSION_NAMES.listen, ...limits });
    return this.#client;
  }

  async #ping(client: pg.Client): Promise<void> {
    const start = performance.now();
    const echo = new Promise<void>((resolve) => {
      this.#echoed = resolve;
    });
    await client.query(`notify ${this.#echoChannel}`);
    await within(this.#options.limitMs, echo);
    this.#roundTripMs = Math.round((performance.now() - start) * 10) / 10;
  }

  #hear({ channel, payload = '' }: pg.Notification): void {
    if (channel === this.#echoChannel) {
      this.#echoed();
      return;
    }
    const end = payload.indexOf('\n');
    const [topic, rest] = end < 0 ? [payload] : [payload.slice(0, end), payload.slice(end + 1)];
    for (const hear of this.#hearers.get(topic as string) ?? []) this.#tell(() => hear(rest));
  }

  // What a hearer throws is its own defect; the others and the connection have nothing to do with it.
  #tell(hear: () => void): void {
    try {
      hear();
    } catch (error) {
      this.#options.log.error({ err: error }, 'A subscriber of notifications failed');
    }
  }

  #cutOff(): void {
    if (this.#client) cutOff(this.#client);
    this.#client = undefined;
  }
}
