import { ConfigError } from '../config.ts';
import { AppError } from '../errors.ts';
import type { Log } from '../lib/log.ts';
import { connectionShortage } from './connection-shortage.ts';
import type { Db } from './database.ts';
import { readServerFacts } from './read-server-facts.ts';
import { serverProblem } from './server-problem.ts';

/**
 * Checks that the server can carry one replica with `budget` connections, and warns when all replicas together may want
 * more than it has. Refuses with ConfigError for a version other than 15 to 18 or a budget beyond the server's limit,
 * which waiting will not mend, and with `unavailable` while it is away or a standby, which waiting may.
 */
export async function checkServer(db: Db, budget: number, log: Log): Promise<void> {
  const facts = await readServerFacts(db);
  const problem = serverProblem(facts, budget);
  if (problem) throw new ConfigError(problem);
  if (facts.standby) throw new AppError('unavailable', 'The server is a standby: DATABASE_URL must reach the primary.');
  const shortage = connectionShortage(facts, budget);
  if (shortage) log.warn(shortage);
}
