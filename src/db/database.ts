/** One row as PostgreSQL returned it: columns are properties of the same name. */
export type Row = Record<string, unknown>;

/**
 * What every function that touches the database takes first: the pool, or a transaction on it. Values come as
 * JavaScript wants them: `bigint` as number while that is exact (else text), `timestamptz` as RFC 3339 UTC with
 * milliseconds, `date` and `timestamp` as PostgreSQL writes them, `json` and `jsonb` parsed, `numeric` as text.
 *
 * Refuses with `unavailable` when PostgreSQL cannot be reached, does not answer within DB_QUERY_TIMEOUT_MS, has no
 * connection left, is read-only, or ends it three times for a deadlock or serialization failure. Other errors of PostgreSQL pass as they are: look at their `.code` (`23505`).
 */
export type Db = {
  /**
   * Runs one statement (or several, when there are no `values`) and returns its rows. With `options.name` it is
   * prepared once a connection; the same name must always mean the same text. At most 63 bytes. A serialization failure
   * or a deadlock runs it again, three times at most in all.
   */
  query<R extends Row = Row>(text: string, values?: unknown[], options?: { name?: string }): Promise<R[]>;
  /**
   * Runs `work` in one transaction: commits when it returns, rolls back when it throws. A serialization failure or a
   * deadlock runs it again, three times at most in all, so `work` must have no effect but through `trx`.
   * Inside a transaction it joins the outer one; if the inner work throws, the outer one can no longer commit.
   */
  transaction<T>(work: (trx: Db) => Promise<T>): Promise<T>;
};
