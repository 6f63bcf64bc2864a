import type { Db } from '../../db/database.ts';

// An open breaker is closed by a probe alone: a call that ends well now may have begun long ago.
const SUCCEEDED_SQL = `
  update endpoints set call_failures = 0, problem = case when probe_failures > 0 then problem end
  where agent_id = $1 and call_failures > 0 and breaker_opened_at is null`;

/** A call of a model server went well: failures before it no longer count. Writes nothing when there were none. */
export const recordCallSuccess = async (db: Db, agentId: string): Promise<void> =>
  void (await db.query(SUCCEEDED_SQL, [agentId], { name: 'agents-call-succeeded' }));
