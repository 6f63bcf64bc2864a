import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import type { AgentDeclaration } from './schema.ts';

type Runner = { runner_id: string; project_id: string | null };

const UPSERT_SQL = `
  insert into agents (id, project_id, runner_id, kind, name, capabilities, models, labels, not_ready_reason, account)
  select d.id, $2, $3, d.kind, d.name, d.capabilities, d.models, d.labels, d.not_ready_reason, d.account
  from json_to_recordset($1) as d(
    id uuid, kind text, name text, capabilities text[], models text[], labels jsonb, not_ready_reason text, account text)
  order by d.name
  on conflict (runner_id, name) do update set
    project_id = excluded.project_id, kind = excluded.kind, capabilities = excluded.capabilities,
    models = excluded.models, labels = excluded.labels, not_ready_reason = excluded.not_ready_reason, account = excluded.account,
    removed_at = null, updated_at = now()
  returning id, name`;

// Fewer slots than are taken is no error: claims wait until enough of them are free again.
const SLOTS_SQL = `
  insert into agent_slots (agent_id, max_concurrent)
  select a.id, d.max_concurrent
  from json_to_recordset($1) as d(name text, max_concurrent smallint)
  join agents a on a.runner_id = $2 and a.name = d.name
  order by a.id
  on conflict (agent_id) do update set max_concurrent = excluded.max_concurrent
  where agent_slots.max_concurrent <> excluded.max_concurrent`;

const UNDECLARED_SQL = `
  update agents set removed_at = now(), updated_at = now()
  where runner_id = $1 and removed_at is null and name <> all($2)`;

/**
 * Makes a runner's agents what it says they are; agents it no longer names are removed. The runner's word is the truth
 * about which agents exist: one that was removed comes back when it is declared again. What a person decided, draining,
 * stays. Call it in a transaction that holds the runner's row, so that two declarations do not mix.
 */
export async function declareAgents(
  trx: Db,
  { runner_id, project_id }: Runner,
  agents: AgentDeclaration[],
): Promise<{ id: string; name: string }[]> {
  const names = agents.map(({ name }) => name);
  const rows = JSON.stringify(agents.map((agent) => ({ ...agent, id: uuid() })));
  const declared = await trx.query<{ id: string; name: string }>(UPSERT_SQL, [rows, project_id, runner_id]);
  await trx.query(SLOTS_SQL, [rows, runner_id]);
  await trx.query(UNDECLARED_SQL, [runner_id, names]);
  return declared.toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}
