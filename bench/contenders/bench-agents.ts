import { randomUUID } from 'node:crypto';
import type { Db } from '../../src/db/database.ts';

export type BenchAgent = { agent_id: string; holder_id: string };

/** A project of its own with `count` runners that have one agent each, as if they had enrolled and opened a session. */
export async function addAgents(db: Db, count: number, slots: number) {
  const project_id = randomUUID();
  await db.query(
    `insert into projects (id, slug, name, max_unfinished_tasks) values ($1, 'bench', 'bench', 2000000000)`,
    [project_id],
  );
  const agents: BenchAgent[] = [];
  for (let n = 0; n < count; n++) agents.push(await addAgent(db, project_id, n, slots));
  return { project_id, agents };
}

async function addAgent(db: Db, projectId: string, n: number, slots: number): Promise<BenchAgent> {
  const [agent_id, runner_id, holder_id] = [randomUUID(), randomUUID(), randomUUID()];
  await db.query(
    `insert into runners (id, project_id, name, secret_hash, holder_id, last_seen_at) values ($1, $2, $3, '', $4, now())`,
    [runner_id, projectId, `bench-${n}`, holder_id],
  );
  await db.query('insert into holders (id, runner_id) values ($1, $2)', [holder_id, runner_id]);
  await db.query(
    `insert into agents (id, project_id, runner_id, kind, name, capabilities, models, labels)
     values ($1, $2, $3, 'command', 'bench', '{}', '{}', '{}')`,
    [agent_id, projectId, runner_id],
  );
  await db.query('insert into agent_slots (agent_id, max_concurrent) values ($1, $2)', [agent_id, slots]);
  return { agent_id, holder_id };
}
