import type pg from 'pg';
import type { Db, Row } from './database.ts';

/** One statement; it is prepared when it has a name. */
export type Statement = { text: string; values?: unknown[] | undefined; name?: string | undefined };

/** Rows of one statement on one connection. */
export async function queryClient<R extends Row>(client: pg.ClientBase, statement: Statement): Promise<R[]> {
  const result = await client.query<R>(statement as pg.QueryConfig);
  // Several statements in one text give one result each; the rows of the last one are what such a caller wants.
  return Array.isArray(result) ? (result.at(-1)?.rows ?? []) : result.rows;
}

/**
 * Runs `work` once between `begin` and `commit` on a connection that is its own. Throws what `work` threw, after the
 * rollback; also throws when `work` swallowed the error of a statement, since nothing was committed then.
 */
export async function runTransaction<T>(client: pg.ClientBase, work: (trx: Db) => Promise<T>): Promise<T> {
  // Not awaited: `begin` and the first statement travel together, which saves one round trip (0.1 ms on one machine,
  // more between machines). If `begin` fails, so does all that follows on the connection.
  const begun = client.query('begin');
  begun.catch(() => {});
  try {
    const trx = transactionDb(client);
    const result = await work(trx);
    await begun;
    trx.assertUnbroken();
    await commit(client);
    return result;
  } catch (error) {
    // When it fails the connection is as good as gone, and the first error is the one to tell; the pool will not hand
    // out a connection whose transaction is open.
    await client.query('rollback').catch(() => {});
    throw error;
  }
}

async function commit(client: pg.ClientBase): Promise<void> {
  const { command } = await client.query('commit');
  if (command !== 'COMMIT') {
    throw new Error('The transaction was rolled back: a statement in it failed, and its error was not passed on.');
  }
}

function transactionDb(client: pg.ClientBase): Db & { assertUnbroken(): void } {
  let broken: { by: unknown } | undefined;
  const trx = {
    query: <R extends Row>(text: string, values?: unknown[], options?: { name?: string }) =>
      queryClient<R>(client, { text, values, name: options?.name }),
    async transaction<T>(work: (trx: Db) => Promise<T>): Promise<T> {
      try {
        return await work(trx);
      } catch (error) {
        // Half of the inner work may be written: committing the outer one would keep that half.
        broken = { by: error };
        throw error;
      }
    },
    assertUnbroken() {
      if (broken) throw broken.by;
    },
  };
  return trx;
}
