import type { Db } from '../db/database.ts';
import { mintToken } from '../lib/token.ts';
import type { AttemptRef, Grant } from './attempt-schema.ts';
import { GRANT_COLUMNS } from './grant-columns.ts';

const UNSTARTED_SQL = `
  select l.id as task_id, l.epoch, l.project_id, l.agent_id, l.attempts as attempt, l.max_attempts, l.attempt_timeout_ms,
    ${GRANT_COLUMNS}
  from live_tasks l join tasks t on t.id = l.id
  where l.holder_id = $1 and l.state = 'leased'`;

const RENEW_TOKENS_SQL = `
  update attempts a set token_hash = decode(g.token_hash, 'hex')
  from json_to_recordset($1) as g(task_id uuid, epoch int, token_hash text)
  where a.task_id = g.task_id and a.epoch = g.epoch and a.ended_at is null`;

/**
 * Attempts granted to the holder that it does not know of: the answer with the grant was lost on its way. They are
 * given again with a new token, so that a poll may be repeated blindly.
 */
export async function redeliverGrants(db: Db, holderId: string, known: AttemptRef[]): Promise<Grant[]> {
  const unstarted = await db.query<Omit<Grant, 'token'>>(UNSTARTED_SQL, [holderId], { name: 'tasks-unstarted' });
  const knows = new Set(known.map(({ task_id, epoch }) => `${task_id}/${epoch}`));
  const lost = unstarted.filter(({ task_id, epoch }) => !knows.has(`${task_id}/${epoch}`));
  if (!lost.length) return [];
  const minted = lost.map((grant) => ({ grant, ...mintToken('wha', grant.task_id, grant.epoch) }));
  const hashes = minted.map(({ grant, secret_hash }) => ({ ...grant, token_hash: secret_hash.toString('hex') }));
  await db.query(RENEW_TOKENS_SQL, [JSON.stringify(hashes)]);
  return minted.map(({ grant, token }) => ({ ...grant, token }));
}
