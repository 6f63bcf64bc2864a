import { migrationStatus } from '../db/migration-status.ts';
import { openPool, type PoolDb } from '../db/pool.ts';

/**
 * Gives `work` a pool of one connection on the database of the servers, which may run meanwhile. Refuses (Error) a schema
 * that is not this version's.
 */
export async function withPool<T>(url: string, work: (db: PoolDb) => Promise<T>): Promise<T> {
  const limits = { recycleS: 3600, connectTimeoutMs: 5000, queryTimeoutMs: 10_000 };
  const pool = openPool({ url, name: 'whoosh cli', min: 0, max: 1, ...limits });
  try {
    const { pending } = await migrationStatus(pool);
    if (pending.length) throw new Error(`The schema lacks ${pending.join(', ')}: run \`whoosh db migrate\`.`);
    return await work(pool);
  } finally {
    await pool.close();
  }
}
