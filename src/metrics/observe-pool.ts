import type { Metrics } from './metrics.ts';

/** Counts the waits and failures of a pool, as `openDatabase` tells them. */
export function observePool(metrics: Metrics, pool: 'api' | 'control') {
  const waits = metrics.db_pool_wait_seconds.labels(pool);
  return {
    waited: (ms: number) => waits.observe(ms / 1000),
    failed: (kind: string) => metrics.db_errors_total.inc({ kind }),
  };
}
