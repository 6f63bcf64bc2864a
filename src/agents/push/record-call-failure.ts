import type { Context } from '../../context.ts';

/** Failed calls in a row that open the breaker. */
const MOST_FAILURES = 5;

// Of several that fail at once only one makes the fifth, since the row is locked.
const FAILED_SQL = `
  with failed as (
    update endpoints
    set call_failures = least(call_failures + 1, 1000), problem = left($2, 1000),
      breaker_opened_at = case when call_failures + 1 >= ${MOST_FAILURES} then coalesce(breaker_opened_at, now()) end,
      next_probe_at = case when call_failures + 1 = ${MOST_FAILURES} then now() + interval '15 seconds' else next_probe_at end
    where agent_id = $1 and approved_at is not null
    returning agent_id, problem, call_failures = ${MOST_FAILURES} as opened
  ), told as (
    insert into events (project_id, task_id, type, actor, data)
    select a.project_id, null, 'agent.breaker_opened', 'coordinator',
      json_build_object('agent_id', a.id, 'name', a.name, 'problem', f.problem)
    from failed f join agents a on a.id = f.agent_id
    where f.opened
  )
  select opened from failed`;

/**
 * A call of a model server failed because of its connection. Five in a row, counted over all replicas, open the breaker:
 * the agent gets no work until it answers a probe, the first of them after 15 seconds. `sentence` is what people are told;
 * it must not hold the key. Answers whether this failure opened it.
 */
export async function recordCallFailure(
  { db, notify }: Pick<Context, 'db' | 'notify'>,
  agentId: string,
  sentence: string,
): Promise<boolean> {
  const [row] = await db.query<{ opened: boolean }>(FAILED_SQL, [agentId, sentence], { name: 'agents-call-failed' });
  if (!row?.opened) return false;
  for (const topic of ['agents', 'events']) notify(topic);
  return true;
}
