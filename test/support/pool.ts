import { onTestFinished } from 'vitest';
import { openPool, type PoolDb } from '../../src/db/pool.ts';
import type { PoolOptions } from '../../src/db/pool-config.ts';
import type { Log } from '../../src/lib/log.ts';

/** A pool of up to five connections with short limits, which closes with the test. */
export function testPool(url: string, options: Partial<PoolOptions> = {}, log?: Log): PoolDb {
  const limits = { recycleS: 3600, connectTimeoutMs: 2000, queryTimeoutMs: 5000 };
  const pool = openPool({ url, name: 'pool under test', min: 1, max: 5, ...limits, ...options }, log);
  onTestFinished(() => pool.close(0));
  return pool;
}
