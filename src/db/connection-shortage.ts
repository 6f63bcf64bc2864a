import type { ServerFacts } from './server-problem.ts';

/**
 * What to change when all replicas together, each with `budget` connections, may one day want more than the server has;
 * undefined when they fit. They are taken to be set alike.
 */
export function connectionShortage({ usable, foreign, replicas }: ServerFacts, budget: number): string | undefined {
  const wanted = foreign + replicas * budget;
  if (wanted <= usable) return undefined;
  const raise = `raise max_connections by ${wanted - usable}`;
  const room = Math.floor((usable - foreign) / replicas);
  const lower = room >= 6 ? `let DB_POOL_SIZE + DB_MAX_OVERFLOW be ${room}, ` : '';
  return `PostgreSQL may run out of connections: ${replicas} x ${budget} for replicas and ${foreign} of others make ${wanted}, and it has ${usable}. Remedy: ${lower}${raise}, or set DB_POOLER`;
}
