import pg from 'pg';
import { AppError } from '../errors.ts';
import { within } from '../lib/within.ts';
import { workScope } from '../lib/work-scope.ts';
import { cutOff } from './cut-off.ts';
import type { Failures } from './failures.ts';
import { type PoolOptions, poolConfig } from './pool-config.ts';
import { Primary } from './primary.ts';
import { asConnectRefusal, asUnavailable, isRefusedByPool } from './unavailable.ts';

const PING_LIMIT_MS = 1000;
const STATEMENT_TIMEOUT = '57014';
const READ_ONLY = '25006';

/**
 * The connections behind a pool: hands out only such as work, and takes back only such as can be used again. A
 * connection that was killed while it was idle is replaced before a request meets it.
 */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #primary: Primary;
  readonly #options: PoolOptions;
  readonly #failures: Failures;
  /** Every open connection; times of `performance.now()`. */
  readonly #open = new Map<pg.PoolClient, { openedAt: number; lastUsedAt: number }>();
  /** Connections opened before this moment are replaced instead of handed out. */
  #distrustBefore = 0;
  #refusedAt = Number.NEGATIVE_INFINITY;
  #closed: Promise<void> | undefined;

  constructor(options: PoolOptions, failures: Failures) {
    this.#options = options;
    this.#failures = failures;
    this.#primary = new Primary(options.url, options.connectTimeoutMs);
    this.#pool = new pg.Pool(poolConfig(options, this.#primary));
    this.#pool.on('connect', (client) => {
      const openedAt = performance.now();
      this.#open.set(client, { openedAt, lastUsedAt: openedAt });
    });
    this.#pool.on('remove', (client) => this.#open.delete(client));
    // Without a listener the next restart of PostgreSQL would end this process: idle connections die by this event.
    this.#pool.on('error', (error) => {
      // An idle one is nobody's, whoever had it opened; at the end PostgreSQL may be gone before it was told of it.
      if (!this.#closed) workScope.shared(() => failures.lost(asConnectRefusal(error)));
    });
  }

  /** Lends one connection to `work`. Errors of the connection kind come out as `unavailable`. */
  async with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#checkOutTimed();
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      const refusal = asUnavailable(error);
      const { code } = (error ?? {}) as pg.DatabaseError;
      broken = refusal !== error && code !== STATEMENT_TIMEOUT;
      if (refusal !== error) this.#refuse(refusal, broken);
      // The primary has become a standby: the name in the URL may lead elsewhere by now.
      if (code === READ_ONLY) this.distrust();
      throw refusal;
    } finally {
      this.#checkIn(client, broken);
    }
  }

  /** Replaces every connection that is open now, each when it is next wanted. */
  distrust(): void {
    this.#distrustBefore = performance.now();
  }

  get refusedAt(): number {
    return this.#refusedAt;
  }

  stats() {
    const { totalCount: size, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { size, idle, waiting, limit: this.#options.max };
  }

  /** May be called again: the second call waits for the same end. */
  close(graceMs: number): Promise<void> {
    this.#closed ??= this.#close(graceMs);
    return this.#closed;
  }

  async #close(graceMs: number): Promise<void> {
    const ended = this.#pool.end();
    await within(graceMs, ended).catch(() => {
      for (const client of this.#open.keys()) cutOff(client);
    });
    await ended;
  }

  async #checkOutTimed(): Promise<pg.PoolClient> {
    const askedAt = performance.now();
    try {
      return await this.#checkOut();
    } catch (error) {
      this.#refuse(error, true);
      throw error;
    } finally {
      this.#options.observe?.waited(performance.now() - askedAt);
    }
  }

  #refuse(refusal: unknown, lost: boolean): void {
    this.#refusedAt = performance.now();
    if (lost) this.#failures.lost(refusal);
    else this.#failures.count(refusal);
  }

  async #checkOut(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#connect();
      if (await this.#isUsable(client)) return client;
      this.#checkIn(client, true);
    }
  }

  async #connect(): Promise<pg.PoolClient> {
    const { url } = this.#primary;
    try {
      return await this.#pool.connect();
    } catch (error) {
      const refusal = asConnectRefusal(error);
      if (!this.#primary.hasOthers || isRefusedByPool(error as Error) || !(refusal instanceof AppError)) throw refusal;
      await this.#follow(url, refusal);
      return this.#pool.connect().catch((again) => {
        throw asConnectRefusal(again);
      });
    }
  }

  /** Finds where the primary went from `url`, unless another caller just did; throws `refusal` when it is nowhere. */
  async #follow(url: string, refusal: AppError): Promise<void> {
    if (this.#primary.url !== url) return;
    await this.#primary.look().catch(() => {
      throw refusal;
    });
    if (this.#primary.url !== url) this.distrust();
  }

  #checkIn(client: pg.PoolClient, broken: boolean): void {
    const record = this.#open.get(client);
    if (record) record.lastUsedAt = performance.now();
    // A roll-back that failed leaves the transaction open: nobody may get this connection after that.
    const unusable = broken || client.getTransactionStatus() !== 'I';
    if (unusable) cutOff(client);
    client.release(unusable);
  }

  async #isUsable(client: pg.PoolClient): Promise<boolean> {
    const { openedAt = 0, lastUsedAt = 0 } = this.#open.get(client) ?? {};
    if (openedAt < this.#distrustBefore) return false;
    // Just opened, it has proved itself.
    const { pingAfterIdleMs = 1000 } = this.#options;
    if (lastUsedAt === openedAt || performance.now() - lastUsedAt < pingAfterIdleMs) return true;
    return within(PING_LIMIT_MS, client.query('select 1')).then(
      () => true,
      (error) => {
        this.#failures.lost(asConnectRefusal(error));
        // What killed this one (restart, fail-over, a firewall that forgot us) has likely killed those opened before
        // now as well: they are replaced without a trial, else ten half-open ones would cost a request ten seconds.
        this.distrust();
        return false;
      },
    );
  }
}
