import type { Client } from '../../src/client/client.ts';
import { auditInvariants } from '../../src/coordinator/audit.ts';
import type { Db } from '../../src/db/database.ts';

export type Audit = { problems: string[]; done: Record<string, number>; leasesLost: number };

const COUNTED = `
  select r.name, count(*)::int as attempts from attempts a join agents g on g.id = a.agent_id
  join runners r on r.id = g.runner_id where a.outcome = 'succeeded' group by r.name`;

const LOST = `select count(*)::int as count from attempts where outcome = 'lost'`;

/** What must hold once all has ended, as sentences where it does not; and how much each version's runner did. */
export async function audit(db: Db, ids: string[]): Promise<Audit> {
  const outcomes = await db.query<{ task_id: string; state: string }>('select task_id, state from outcomes');
  const stateOf = new Map(outcomes.map(({ task_id, state }) => [task_id, state]));
  const lost = ids.filter((id) => !stateOf.has(id));
  const unwell = ids.filter((id) => !['succeeded', 'cancelled', undefined].includes(stateOf.get(id)));
  const [lostLeases] = await db.query<{ count: number }>(LOST);
  const broken = await auditInvariants(db, '-infinity');
  const rows = await db.query<{ name: string; attempts: number }>(COUNTED);
  const problems = [
    ...(lost.length ? [`${lost.length} acknowledged tasks have no outcome, such as ${lost[0]}`] : []),
    ...(unwell.length ? [`${unwell.length} tasks failed, such as ${unwell[0]}`] : []),
    ...broken.map(({ id, sentence, broken: count }) => `${id} is broken ${count} times: ${sentence}`),
  ];
  return {
    problems,
    leasesLost: lostLeases!.count,
    done: Object.fromEntries(rows.map(({ name, attempts }) => [name, attempts])),
  };
}

/** Tasks that are not finished yet. */
export async function countUnfinished(db: Db): Promise<number> {
  return (await db.query<{ count: number }>('select count(*)::int as count from live_tasks'))[0]!.count;
}

/** How many there are, and what the server says of one of them. */
export async function whyUnfinished(db: Db, client: Client): Promise<string> {
  const [one] = await db.query<{ id: string; state: string }>('select id, state from live_tasks order by id limit 1');
  const why = one && (await client.whyTask(one.id).catch((error) => String(error)));
  return `${await countUnfinished(db)} tasks are not finished, such as ${one?.id} (${one?.state}): ${JSON.stringify(why)}`;
}
