import type { Duplex } from 'node:stream';
import pg from 'pg';
import { chanceOf } from '../../support/chance.ts';

/** A way in which statements fail. */
export type Failure = {
  /** The name it is prepared under, or how its text begins (`commit`, `select pg_notify`); without it, any statement. */
  statement?: string;
  /** `before`: it never runs. `after`: it runs, by itself it is committed, and who sent it is told that it failed. */
  when: 'before' | 'after';
  /**
   * An SQLSTATE, which the server itself raises, so that an open transaction is really aborted; `timeout` and `reset`:
   * the connection is gone, and nobody is told what became of the statement; `crash`: this process dies by SIGKILL.
   */
  error: string;
  /** How many of them fail, 0 to 1. Default 1. */
  rate?: number;
};

export type FailurePlan = {
  failures: Failure[];
  seed?: number;
  /** Called with each failure before it happens. */
  onFailure?: (statement: string, failure: Failure) => void;
};

type Query = (statement: string | pg.QueryConfig, values?: unknown, callback?: unknown) => Promise<pg.QueryResult>;

/**
 * Makes statements of every `pg` client in this process fail as planned, from outside: it takes the place of
 * `Client.query` below our pools. Returns what ends that. Opening a transaction, undoing it and setting up a session fail
 * only when they are named: a server that answers never refuses those.
 */
export function failStatements({ failures, seed = 1, onFailure }: FailurePlan): () => void {
  const chance = chanceOf(seed);
  const original = pg.Client.prototype.query as unknown as Query;
  const drawn = (statement: string) =>
    failures.find((failure) => concerns(failure, statement) && chance.is(failure.rate ?? 1));
  const query: Query = function (this: pg.Client, statement, values, callback) {
    const send: Send = () => original.call(this, statement, values, callback);
    // What is not awaited is pg's own, such as the pool's.
    if (typeof values === 'function' || typeof callback === 'function') return send();
    const name = nameOf(statement);
    const failure = drawn(name);
    if (!failure) return send();
    onFailure?.(name, failure);
    const raise: Send = () => original.call(this, raising(failure.error));
    return WAYS[failure.when](this, failure.error, send, raise);
  };
  pg.Client.prototype.query = query as never;
  return () => {
    pg.Client.prototype.query = original as never;
  };
}

type Send = () => Promise<pg.QueryResult>;
type Way = (client: pg.Client, error: string, send: Send, raise: Send) => Promise<pg.QueryResult>;

const WAYS: Record<Failure['when'], Way> = {
  before: async (client, error, _send, raise) => (isSqlState(error) ? raise() : lose(client, error)),
  async after(client, error, send, raise) {
    const sent = send();
    // Started together: nothing of the caller's can come between the statement and its failure.
    const raised = isSqlState(error) ? raise() : undefined;
    raised?.catch(() => {});
    await sent;
    return raised ?? lose(client, error);
  },
};

const OF_NOBODY = /^(begin|rollback|set )/;

const nameOf = (statement: string | pg.QueryConfig): string =>
  typeof statement === 'string' ? statement.trimStart() : (statement.name ?? statement.text.trimStart());

const concerns = ({ statement }: Failure, name: string): boolean =>
  statement === undefined ? !OF_NOBODY.test(name) : name.startsWith(statement);

const isSqlState = (error: string): boolean => /^[0-9A-Z]{5}$/.test(error);

const raising = (sqlState: string): string =>
  `do $$ begin raise exception 'injected' using errcode = '${sqlState}'; end $$`;

// The words of `pg`: our pool tells these errors from others by them.
const SAID: Record<string, string> = {
  timeout: 'Query read timeout',
  reset: 'Connection terminated unexpectedly',
};

/** Ends the connection or the process; its own statements under way end with it. */
function lose(client: pg.Client, error: string): never {
  if (error === 'crash') process.kill(process.pid, 'SIGKILL');
  (client as unknown as { connection: { stream: Duplex } }).connection.stream.destroy();
  throw new Error(SAID[error] ?? `There is no failure ${error}`);
}
