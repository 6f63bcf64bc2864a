import type { Db } from '../../db/database.ts';

const OTHERS_SQL = `
  select t.agent_id, sum(t.slots)::int as slots
  from live_tasks t join agents a on a.id = t.agent_id
  where t.holder_id is not null and t.holder_id <> $1 and a.runner_id is null
  group by t.agent_id`;

/** The slots of model servers that other replicas have in use, by agent. */
export async function slotsOfOthers(db: Db, holderId: string): Promise<Map<string, number>> {
  const rows = await db.query<{ agent_id: string; slots: number }>(OTHERS_SQL, [holderId], {
    name: 'tasks-slots-of-others',
  });
  return new Map(rows.map(({ agent_id, slots }) => [agent_id, slots]));
}
