import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { backoffMs } from '../../lib/backoff.ts';
import type { Log } from '../../lib/log.ts';
import type { AttemptRef } from '../../tasks/attempt-schema.ts';
import type { RunnerApi } from '../api.ts';
import { writeDurably } from '../write-durably.ts';
import { type Delivery, deliver, type OutboxEntry } from './deliver.ts';
import { readEntries } from './read-entries.ts';

type OutboxOptions = {
  /** The runner's folder; entries lie in `outbox` below it. */
  folder: string;
  api: RunnerApi;
  log: Log;
  /** Told when an entry is gone, so that the files of its attempt can go as well. */
  onSettled: (ref: AttemptRef, delivery: Delivery) => Promise<void>;
};

/** A defect of the server (5xx) may last; the runner then starts all the same after so many tries. */
const TRIES_AT_START = 4;
const STORE_AGAIN_MS = 5_000;
const AWAY = { withinMs: Infinity, capMs: 5_000 };

/**
 * Reports on their way to the server. Each is on disk before it is sent and stays there until the server has answered, so
 * that neither an outage of the server nor the end of this process loses one. While the disk is full they are kept in
 * memory, which the log says.
 */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #path: string;
  readonly #closing = new AbortController();
  readonly #pending = new Map<string, Promise<unknown>>();

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'outbox');
  }

  /** How many reports the server has not answered yet. */
  get size(): number {
    return this.#pending.size;
  }

  /** Stores a report and delivers it; resolves when it is settled, rejects when the outbox is closed before. */
  add(entry: OutboxEntry): Promise<Delivery> {
    const settling = this.#store(entry).then((stored) => {
      if (!stored) this.#storeLater(entry);
      return this.#deliver(entry, Infinity);
    });
    return this.#track(entry, settling);
  }

  /**
   * Delivers what an earlier process left. Resolves when all of it is settled, or when the server has shown a defect of
   * its own often enough: it is then tried again in the background. Rejects when the outbox is closed before.
   */
  async flushStored(): Promise<void> {
    for (const entry of await readEntries(this.#path, this.#options.log)) {
      const settled = await this.#deliver(entry, TRIES_AT_START).catch(() => undefined);
      this.#closing.signal.throwIfAborted();
      if (!settled) this.#track(entry, this.#deliver(entry, Infinity)).catch(() => {});
    }
  }

  /** Stops delivering; what is stored stays for the next start. */
  async close(): Promise<void> {
    this.#closing.abort(new Error('The outbox is closed'));
    await Promise.allSettled(this.#pending.values());
  }

  #track<T>(entry: AttemptRef, settling: Promise<T>): Promise<T> {
    this.#pending.set(entryId(entry), settling);
    return settling.finally(() => this.#pending.delete(entryId(entry)));
  }

  async #deliver(entry: OutboxEntry, tries: number): Promise<Delivery> {
    const { api, log } = this.#options;
    const { signal } = this.#closing;
    for (let failures = 1; ; failures++) {
      try {
        const delivery = await deliver(api, entry, { signal, retry: AWAY }, log);
        await this.#settle(entry, delivery);
        return delivery;
      } catch (error) {
        signal.throwIfAborted();
        log.error({ err: error, task_id: entry.task_id, epoch: entry.epoch }, 'A report could not be delivered');
        if (failures >= tries) throw error;
        const waitMs = backoffMs(failures, { baseMs: 500, capMs: 60_000, random: Math.random() });
        await pause(waitMs, undefined, { signal });
      }
    }
  }

  // What cannot be removed does no harm: delivered again at the next start, it is a duplicate.
  async #settle(entry: OutboxEntry, delivery: Delivery): Promise<void> {
    const { log, onSettled } = this.#options;
    try {
      await onSettled(entry, delivery);
      await rm(this.#fileOf(entry), { force: true });
    } catch (error) {
      log.warn({ err: error, task_id: entry.task_id }, 'The files of a delivered attempt could not be removed');
    }
  }

  async #store(entry: OutboxEntry): Promise<boolean> {
    try {
      await mkdir(this.#path, { recursive: true, mode: 0o700 });
      await writeDurably(this.#fileOf(entry), JSON.stringify(entry));
      return true;
    } catch (error) {
      const { task_id, epoch } = entry;
      this.#options.log.error(
        { err: error, task_id, epoch },
        'The outbox cannot be written: a report is kept in memory',
      );
      return false;
    }
  }

  async #storeLater(entry: OutboxEntry): Promise<void> {
    const waits = () => this.#pending.has(entryId(entry)) && !this.#closing.signal.aborted;
    do {
      await pause(STORE_AGAIN_MS, undefined, { signal: this.#closing.signal }).catch(() => {});
    } while (waits() && !(await this.#store(entry)));
    // Settled while it was being written.
    if (!this.#pending.has(entryId(entry))) await rm(this.#fileOf(entry), { force: true }).catch(() => {});
  }

  #fileOf(ref: AttemptRef): string {
    return join(this.#path, `${entryId(ref)}.json`);
  }
}

const entryId = ({ task_id, epoch }: AttemptRef): string => `${task_id}-${epoch}`;
