import type { Config } from '../../config.ts';
import { connectionBudget } from '../../db/connection-budget.ts';
import { connectionShortage } from '../../db/connection-shortage.ts';
import { openPool } from '../../db/pool.ts';
import { readServerFacts } from '../../db/read-server-facts.ts';
import { type ServerFacts, serverProblem } from '../../db/server-problem.ts';
import { bad, type Finding, note, ok } from './finding.ts';

/** The database of a production server: whether it answers, has room for the connections, and how many replicas use it. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  const limits = { recycleS: 3600, connectTimeoutMs: config.dbConnectTimeoutMs, queryTimeoutMs: 5000 };
  const pool = openPool({
    url: config.databaseDirectUrl ?? config.databaseUrl!,
    name: 'whoosh doctor',
    min: 0,
    max: 1,
    ...limits,
  });
  try {
    return toFindings(await readServerFacts(pool), connectionBudget(config).total);
  } catch (error) {
    return [bad('database', (error as Error).message, 'Check DATABASE_URL and the way there from this machine.')];
  } finally {
    await pool.close();
  }
}

function toFindings(facts: ServerFacts, budget: number): Finding[] {
  const problem = serverProblem(facts, budget);
  if (problem) return [bad('database', problem, 'See docs/configuration.md.')];
  const shortage = connectionShortage(facts, budget);
  return [
    ok('database', `PostgreSQL ${facts.version_text} answers`),
    shortage
      ? bad('connections', shortage, 'See docs/configuration.md.')
      : ok('connections', `${budget} a replica, of ${facts.usable}`),
    facts.replicas_here > 1
      ? ok('replicas', `${facts.replicas_here} are connected`)
      : note(
          'replicas',
          'at most one is connected',
          'Run two: then one may stop, or be replaced, without anybody noticing.',
        ),
  ];
}
