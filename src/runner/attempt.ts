import { setTimeout as pause } from 'node:timers/promises';
import { WhooshError } from '../client/whoosh-error.ts';
import type { Grant } from '../tasks/attempt-schema.ts';
import type { AgentConfig } from './agents-schema.ts';
import { attemptFolder } from './attempt-folder.ts';
import { clearAttemptFolder } from './clear-attempt-folder.ts';
import { type AttemptContext, doAttempt, type Interruption } from './do-attempt.ts';
import type { Outbox } from './outbox/outbox.ts';

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
    this.done = this.#run().catch((error) => {
      this.#options.log.error({ err: error, ...this.#ref }, 'An attempt ended in a way that nobody foresaw');
    });
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
    const timer = this.#timeLimit();
    try {
      await this.#start();
      const { work, drop } = { work: this.#work.signal, drop: this.#drop.signal };
      const entry = await doAttempt(this.#options, { ...this.#options, work, drop, onLost: () => this.drop('stop') });
      this.#phase = 'reporting';
      const { verb, body } = entry.report;
      this.#options.log.info({ ...this.#ref, verb, code: 'error' in body ? body.error.code : null }, 'Attempt ended');
      // Rejects when the runner ends first; the report then waits on disk for the next start.
      await this.#options.outbox.add(entry).catch(() => {});
    } catch (error) {
      if (!this.#drop.signal.aborted) throw error;
      await this.#leave(this.#drop.signal.reason);
    } finally {
      clearTimeout(timer);
    }
  }

  #timeLimit(): NodeJS.Timeout | undefined {
    const { grant, agent } = this.#options;
    const limits = [grant.attempt_timeout_ms, agent.timeout_ms].filter((limit) => typeof limit === 'number');
    return limits.length ? setTimeout(() => this.interrupt('timeout'), Math.min(...limits)) : undefined;
  }

  async #start(): Promise<void> {
    const { api, grant, holder_id, log } = this.#options;
    const sentAt = performance.now();
    try {
      await api.startAttempt(grant, holder_id, { signal: this.#drop.signal, retry: AWAY });
      this.renewedAt = sentAt;
      log.info({ ...this.#ref, agent: this.#options.agent.name }, 'Attempt started');
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
    log.warn({ ...this.#ref, reason }, 'Attempt dropped');
    await clearAttemptFolder(attemptFolder(folder, grant)).catch(() => {});
    if (reason !== 'stop') await this.#release(reason);
  }

  async #release(reason: Dropping): Promise<void> {
    const { api, grant, holder_id, closing: signal, log } = this.#options;
    const retry = { ...AWAY, withinMs: reason === 'release' ? RELEASE_WITHIN_MS : Infinity };
    const timeoutMs = RELEASE_WITHIN_MS;
    await api.report(grant, { verb: 'release', body: { holder_id } }, { signal, retry, timeoutMs }).catch((error) => {
      log.warn({ ...this.#ref, code: error.code }, 'Attempt could not be handed back; its lease runs out by itself');
    });
  }

  get #ref(): { task_id: string; epoch: number } {
    const { task_id, epoch } = this.grant;
    return { task_id, epoch };
  }
}
