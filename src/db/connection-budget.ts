import type { Config } from '../config.ts';

const CONTROL_CONNECTIONS = 4;
const LISTEN_CONNECTIONS = 1;

/** How many connections each part of a replica keeps and may open. */
export type ConnectionBudget = {
  api: { min: number; max: number };
  control: { min: number; max: number };
  /** What does not go through a pooler: `control` and LISTEN. */
  direct: number;
  /** Of the whole replica at most. */
  total: number;
};

/**
 * Divides DB_POOL_SIZE and DB_MAX_OVERFLOW: of both, 4 connections are for `control` and 1 for LISTEN, the rest is the
 * API's. So a replica keeps DB_POOL_SIZE connections (6 at least) and never has more than both.
 */
export function connectionBudget({
  dbPoolSize,
  dbMaxOverflow,
}: Pick<Config, 'dbPoolSize' | 'dbMaxOverflow'>): ConnectionBudget {
  const direct = CONTROL_CONNECTIONS + LISTEN_CONNECTIONS;
  const total = dbPoolSize + dbMaxOverflow;
  return {
    api: { min: Math.max(1, dbPoolSize - direct), max: total - direct },
    control: { min: CONTROL_CONNECTIONS, max: CONTROL_CONNECTIONS },
    direct,
    total,
  };
}
