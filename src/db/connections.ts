import pg from 'pg';
import type { Log } from '../lib/log.ts';
import { type PoolOptions, poolConfig } from './pool-config.ts';
import { asUnavailable } from './unavailable.ts';
import { within } from './within.ts';

const PING_LIMIT_MS = 1000;
const STATEMENT_TIMEOUT = '57014';
const READ_ONLY = '25006';

/**
 * The connections behind a pool: hands out only such as work, and takes back only such as can be used again. A
 * connection that was killed while it was idle is replaced before a request meets it.
 */
export class Connections {
  readonly #pool: pg.Pool;
  readonly #pingAfterIdleMs: number;
  readonly #openedAt = new WeakMap<pg.PoolClient, number>();
  readonly #lastUsedAt = new WeakMap<pg.PoolClient, number>();
  readonly #inUse = new Set<pg.PoolClient>();
  /** Connections opened before this moment are replaced instead of handed out. */
  #distrustBefore = 0;

  constructor(options: PoolOptions, log?: Log) {
    this.#pingAfterIdleMs = options.pingAfterIdleMs ?? 1000;
    this.#pool = new pg.Pool(poolConfig(options));
    this.#pool.on('connect', (client) => this.#openedAt.set(client, performance.now()));
    // Without a listener the next restart of PostgreSQL would end this process: idle connections die by this event.
    this.#pool.on('error', (error) => log?.debug({ err: error, pool: options.name }, 'An idle connection was lost'));
  }

  /** Lends one connection to `work`. Errors of the connection kind come out as `unavailable`. */
  async with<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#checkOut();
    let broken = true;
    try {
      const result = await work(client);
      broken = false;
      return result;
    } catch (error) {
      const refusal = asUnavailable(error);
      broken = refusal !== error && (error as pg.DatabaseError).code !== STATEMENT_TIMEOUT;
      if ((error as pg.DatabaseError).code === READ_ONLY) this.distrust();
      throw refusal;
    } finally {
      this.#checkIn(client, broken);
    }
  }

  /** Replaces every connection that is open now, each when it is next wanted. */
  distrust(): void {
    this.#distrustBefore = performance.now();
  }

  stats() {
    return { size: this.#pool.totalCount, idle: this.#pool.idleCount, waiting: this.#pool.waitingCount };
  }

  async close(graceMs: number): Promise<void> {
    const ended = this.#pool.end();
    await within(graceMs, ended).catch(() => {
      // Ending a busy client destroys its socket; whoever waits for it gets `unavailable`.
      for (const client of this.#inUse) (client as unknown as pg.Client).end();
    });
    await ended;
  }

  async #checkOut(): Promise<pg.PoolClient> {
    for (;;) {
      const client = await this.#pool.connect().catch((error) => {
        throw asUnavailable(error);
      });
      this.#inUse.add(client);
      if (await this.#isUsable(client)) return client;
      this.#checkIn(client, true);
    }
  }

  #checkIn(client: pg.PoolClient, broken: boolean): void {
    this.#inUse.delete(client);
    this.#lastUsedAt.set(client, performance.now());
    // A roll-back that failed leaves the transaction open: nobody may get this connection after that.
    client.release(broken || client.getTransactionStatus() !== 'I');
  }

  async #isUsable(client: pg.PoolClient): Promise<boolean> {
    if ((this.#openedAt.get(client) ?? 0) < this.#distrustBefore) return false;
    const lastUsedAt = this.#lastUsedAt.get(client);
    if (lastUsedAt === undefined || performance.now() - lastUsedAt < this.#pingAfterIdleMs) return true;
    return within(PING_LIMIT_MS, client.query('select 1')).then(
      () => true,
      () => {
        // What killed this one (restart, fail-over, a firewall that forgot us) has likely killed those opened before
        // now as well: they are replaced without a trial, else ten half-open ones would cost a request ten seconds.
        this.distrust();
        return false;
      },
    );
  }
}
