import type { Db } from '../db/database.ts';
import { mintToken } from '../lib/token.ts';
import type { AttemptRef, Grant } from './attempt-schema.ts';
import type { TaskDesk } from './desk.ts';
import { GRANT_COLUMNS } from './grant-columns.ts';

type Unstarted = Omit<Grant, 'token'>;

// `offset 0` makes PostgreSQL look for each holder by the index: it expects a hundred holders, and before it has counted
// the tables it would rather have read all of them.
const UNSTARTED_SQL = `
  select held.*
  from json_array_elements_text($1) as asked(holder_id), lateral (
    select l.holder_id, l.id as task_id, l.epoch, l.project_id, l.agent_id, l.attempts as attempt, l.max_attempts,
      l.attempt_timeout_ms, ${GRANT_COLUMNS}
    from live_tasks l join tasks t on t.id = l.id
    where l.holder_id = asked.holder_id::uuid and l.state = 'leased'
    offset 0
  ) held`;

/** Under the task's lock, so that it is not taken back at the same moment. Locks live_tasks by id. */
const RENEW_TOKENS_SQL = `
  with held as (
    select t.id, t.epoch, g.token_hash
    from live_tasks t join json_to_recordset($1) as g(task_id uuid, epoch int, token_hash text)
      on g.task_id = t.id and g.epoch = t.epoch
    where t.holder_id = $2 and t.state = 'leased'
    order by t.id
    for update of t
  )
  update attempts a set token_hash = decode(h.token_hash, 'hex')
  from held h where a.task_id = h.id and a.epoch = h.epoch
  returning a.task_id`;

/** What holders were granted and have not started, by position; one statement for all polls that come together. */
export async function readUnstarted(db: Db, holderIds: string[]): Promise<Unstarted[][]> {
  const rows = await db.query<Unstarted & { holder_id: string }>(UNSTARTED_SQL, [JSON.stringify(holderIds)], {
    name: 'tasks-unstarted',
  });
  const byHolder = Map.groupBy(rows, ({ holder_id }) => holder_id);
  return holderIds.map((id) => (byHolder.get(id) ?? []).map(({ holder_id: _, ...grant }) => grant));
}

/**
 * Attempts granted to the holder that it does not know of: the answer with the grant was lost on its way. They are
 * given again with a new token, so that a poll may be repeated blindly; but not one that was started or taken back
 * meanwhile.
 */
export async function redeliverGrants(desk: TaskDesk, holderId: string, known: AttemptRef[]): Promise<Grant[]> {
  const unstarted = await desk.unstarted(holderId);
  const knows = new Set(known.map(({ task_id, epoch }) => `${task_id}/${epoch}`));
  const lost = unstarted.filter(({ task_id, epoch }) => !knows.has(`${task_id}/${epoch}`));
  if (!lost.length) return [];
  const minted = lost.map((grant) => ({ grant, ...mintToken('wha', grant.task_id, grant.epoch) }));
  const hashes = minted.map(({ grant, secret_hash }) => ({ ...grant, token_hash: secret_hash.toString('hex') }));
  const renewed = await desk.context.control.query<{ task_id: string }>(RENEW_TOKENS_SQL, [
    JSON.stringify(hashes),
    holderId,
  ]);
  const given = new Set(renewed.map(({ task_id }) => task_id));
  return minted.filter(({ grant }) => given.has(grant.task_id)).map(({ grant, token }) => ({ ...grant, token }));
}
