import { setTimeout as pause } from 'node:timers/promises';
import { WhooshError } from '../client/whoosh-error.ts';
import { workScope } from '../lib/work-scope.ts';
import type { Grant } from '../tasks/attempt-schema.ts';
import type { AgentConfig } from './agents-schema.ts';
import { attemptApi } from './attempt-api.ts';
import { AttemptClock } from './attempt-clock.ts';
import { attemptFolder } from './attempt-folder.ts';
import { clearAttemptFolder } from './clear-attempt-folder.ts';
import { type AttemptContext, doAttempt, type Interruption } from './do-attempt.ts';
import { HandBack, type HandBackReason } from './hand-back-error.ts';
import type { Outbox } from './outbox/outbox.ts';
import { timeLeft } from './time-left.ts';

/**
 * Why an attempt is broken off without an outcome. stop: the lease is lost. release: the runner stops and hands it back.
 * silence: no word from the server for so long that the lease may be lost; handed back when there is.
 */
export type Dropping = 'stop' | 'release' | 'silence';

export type AttemptOptions = AttemptContext & {
  grant: Grant;
  agent: AgentConfig;
  holder_id: string;
  outbox: Outbox;
  /** Told before an attempt is handed back because its agent cannot work now. */
  onUnable: (reason: HandBackReason) => Promise<void>;
  /** Aborted when the runner ends: what still waits for the server waits no longer. */
  closing: AbortSignal;
};

const AWAY = { withinMs: Infinity, capMs: 5_000 };
/** How long a runner that stops tries to hand an attempt back; later the lease runs out by itself. */
const RELEASE_WITHIN_MS = 5_000;
const DEFECT_PAUSE_MS = 5_000;

/** One granted attempt on this runner, from its start to the server's answer to its report. */
export class Attempt {
  readonly grant: Grant;
  readonly holder_id: string;
  /** Settles when nothing of it is left to do here; never rejects. */
  readonly done: Promise<void>;
  /** When the server last confirmed the lease: performance.now() at the sending of that request. */
  renewedAt = performance.now();

  readonly #options: AttemptOptions;
  readonly #work = new AbortController();
  readonly #drop = new AbortController();
  #phase: 'working' | 'reporting' | 'leaving' = 'working';

  constructor(options: AttemptOptions) {
    this.#options = options;
    this.grant = options.grant;
    this.holder_id = options.holder_id;
    this.done = workScope.during(
      () => ({ ...this.#ref, traceparent: this.grant.traceparent }),
      () =>
        this.#run().catch((error) =>
          options.log.error({ err: error }, 'An attempt ended in a way that nobody foresaw'),
        ),
    );
  }

  /** Its lease is to be renewed: it works, or its report is under way. */
  get isHeld(): boolean {
    return this.#phase !== 'leaving';
  }

  get isWorking(): boolean {
    return this.#phase === 'working';
  }

  /** Ends the work, and reports that. Once there is an outcome it changes nothing. */
  interrupt(reason: Interruption): void {
    if (this.isWorking) this.#work.abort(reason);
  }

  /** Ends the work, and reports nothing. Once there is an outcome it changes nothing. */
  drop(reason: Dropping): void {
    if (!this.isWorking) return;
    this.#drop.abort(reason);
    this.#work.abort(reason);
  }

  async #run(): Promise<void> {
    const clock = this.#clock();
    try {
      await this.#start();
      const { work, drop } = { work: this.#work.signal, drop: this.#drop.signal };
      const request = { ...this.#options, clock, work, drop, onLost: () => this.drop('stop') };
      const entry = await doAttempt(this.#options, request);
      this.#phase = 'reporting';
      const { verb, body } = entry.report;
      this.#options.log.info({ verb, code: 'error' in body ? body.error.code : null }, 'Attempt ended');
      // Rejects when the runner ends first; the report then waits on disk for the next start.
      await this.#options.outbox.add(entry).catch(() => {});
    } catch (error) {
      if (error instanceof HandBack) return await this.#handBack(error.reason);
      if (!this.#drop.signal.aborted) throw error;
      await this.#leave(this.#drop.signal.reason);
    } finally {
      clock.stop();
    }
  }

  #clock(): AttemptClock {
    const { grant, agent } = this.#options;
    const limitMs = Math.min(grant.attempt_timeout_ms ?? Infinity, agent.timeout_ms ?? Infinity);
    const began = performance.now();
    const clock: AttemptClock = new AttemptClock(limitMs, () => void this.#timeOver(clock, limitMs, began));
    return clock;
  }

  async #timeOver(clock: AttemptClock, limitMs: number, began: number): Promise<void> {
    const { server, grant } = this.#options;
    const leftMs = await timeLeft(attemptApi(server, grant.token), limitMs, performance.now() - began);
    if (leftMs <= 0) this.interrupt('timeout');
    else if (this.isWorking) clock.allow(leftMs);
  }

  async #start(): Promise<void> {
    const { api, grant, holder_id, log } = this.#options;
    const sentAt = performance.now();
    try {
      await api.startAttempt(grant, holder_id, { signal: this.#drop.signal, retry: AWAY });
      this.renewedAt = sentAt;
      log.info({ agent: this.#options.agent.name }, 'Attempt started');
    } catch (error) {
      if (!(error instanceof WhooshError)) throw error;
      // 409 and 404: taken away before it began. Anything else is a defect, and the same grant would come again at once.
      if (error.status !== 409 && error.status !== 404) await this.#pause(DEFECT_PAUSE_MS);
      this.drop('stop');
      throw error;
    }
  }

  async #pause(ms: number): Promise<void> {
    await pause(ms, undefined, { signal: this.#options.closing }).catch(() => {});
  }

  async #leave(reason: Dropping): Promise<void> {
    this.#phase = 'leaving';
    const { folder, grant, log } = this.#options;
    log.warn({ reason }, 'Attempt dropped');
    await clearAttemptFolder(attemptFolder(folder, grant)).catch(() => {});
    if (reason !== 'stop') await this.#release(reason);
  }

  async #handBack(reason: HandBackReason): Promise<void> {
    this.#phase = 'leaving';
    const { folder, grant, log, onUnable } = this.#options;
    log.info({ reason: reason.kind }, 'Attempt handed back: its agent cannot work now');
    await clearAttemptFolder(attemptFolder(folder, grant)).catch(() => {});
    // First of all the server must know, or it would give the same task to the same agent again.
    await onUnable(reason);
    await this.#release('silence');
  }

  async #release(reason: Dropping): Promise<void> {
    const { api, grant, holder_id, closing: signal, log } = this.#options;
    const retry = { ...AWAY, withinMs: reason === 'release' ? RELEASE_WITHIN_MS : Infinity };
    const timeoutMs = RELEASE_WITHIN_MS;
    await api.report(grant, { verb: 'release', body: { holder_id } }, { signal, retry, timeoutMs }).catch((error) => {
      log.warn({ code: error.code }, 'Attempt could not be handed back; its lease runs out by itself');
    });
  }

  get #ref(): { task_id: string; epoch: number } {
    const { task_id, epoch } = this.grant;
    return { task_id, epoch };
  }
}
