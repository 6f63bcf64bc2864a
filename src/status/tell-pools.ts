import type { Context } from '../context.ts';

/** Has the metrics tell how far the pools of this replica are used. */
export function tellPools({ metrics, db, control }: Context): void {
  const pools = Object.entries({ api: db, control });
  metrics.addSource(['db_pool_connections', 'db_pool_limit', 'db_pool_waiting'], () => {
    const stats = pools.map(([pool, { stats }]) => ({ pool, ...stats() }));
    return {
      db_pool_connections: stats.flatMap(({ pool, size, idle }) => [
        { labels: { pool, state: 'used' }, value: size - idle },
        { labels: { pool, state: 'idle' }, value: idle },
      ]),
      db_pool_limit: stats.map(({ pool, limit }) => ({ labels: { pool }, value: limit })),
      db_pool_waiting: stats.map(({ pool, waiting }) => ({ labels: { pool }, value: waiting })),
    };
  });
}
