import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { type Actor, actorName } from '../members/actor.ts';
import { dropSecret } from '../secrets/drop-secret.ts';
import { findModelServer } from './find-model-server.ts';
import { type LockedEndpoint, lockEndpoint } from './lock-endpoint.ts';
import { keyPurpose } from './push/key-purpose.ts';
import type { ModelServers } from './push/model-servers.ts';
import type { AgentView, ChangeAgent } from './schema.ts';

type Means = Pick<ModelServers, 'checkUrl' | 'secrets'>;

/** What an agent of which nothing is known is like: pending, never asked, nothing found. */
const AS_NEW = `
  approved_at = null, approved_by = null, version = null, inventory = '[]', probed_at = null, probe_failures = 0,
  problem = null, call_failures = 0, breaker_opened_at = null`;

/**
 * Changes a model server; what is not named stays. Another address makes it pending again and forgets its key unless one
 * comes with it: whoever changes the address must not be sent a key that others gave. Answers its id. Refuses as
 * `findModelServer`; `invalid_request` when the URL may not be called, `name_taken`.
 */
export async function changeAgent(
  db: Db,
  means: Means,
  actor: Actor,
  idOrName: string,
  { url: wanted, ...change }: ChangeAgent,
): Promise<string> {
  const url = wanted === undefined ? undefined : means.checkUrl(wanted);
  try {
    return await db.transaction((trx) => apply(trx, means, actor, idOrName, { ...change, ...(url && { url }) }));
  } catch (error) {
    if ((error as { code?: string }).code !== '23505') throw error;
    throw new AppError('name_taken', `There is another model server named "${change.name}" in the project.`);
  }
}

async function apply(trx: Db, means: Means, actor: Actor, idOrName: string, change: ChangeAgent): Promise<string> {
  const agent = await findModelServer(trx, actor, idOrName);
  const { id, project_id } = agent;
  const before = await lockEndpoint(trx, id);
  if (change.url !== undefined && change.url !== before.url) await move(trx, id, change.url);
  await changeKey(trx, means, actor, agent, before, change);
  await changeWords(trx, id, change);
  const data = { agent_id: id, name: change.name ?? agent.name, changed: Object.keys(change), url: change.url };
  await recordEvent(trx, { type: 'agent.changed', project_id, task_id: null, actor: actorName(actor), data });
  return id;
}

async function move(trx: Db, id: string, url: string): Promise<void> {
  await trx.query(`update endpoints set url = $2, ${AS_NEW} where agent_id = $1`, [id, url]);
  await trx.query(`update agents set models = '{}', updated_at = now() where id = $1`, [id]);
}

async function changeKey(
  trx: Db,
  { secrets }: Means,
  actor: Actor,
  agent: AgentView,
  { url, key_id }: LockedEndpoint,
  change: ChangeAgent,
): Promise<void> {
  const isMoved = change.url !== undefined && change.url !== url;
  if (change.key === undefined && !isMoved) return;
  const created_by = actorName(actor);
  const value = change.key ?? null;
  const next = value === null ? null : await secrets.seal(trx, { ...keyPurpose(agent), value, created_by });
  await trx.query('update endpoints set key_id = $2 where agent_id = $1', [agent.id, next]);
  await dropSecret(trx, key_id);
}

const WORDS_SQL = `
  with endpoint as (
    update endpoints set capabilities = coalesce($2::text[], capabilities), prices = coalesce($3, prices)
    where agent_id = $1
    returning capabilities, inventory
  ), slots as (
    update agent_slots set max_concurrent = coalesce($4, max_concurrent) where agent_id = $1
  )
  update agents set name = coalesce($5, name), labels = coalesce($6, labels), updated_at = now(),
    capabilities = array(
      select unnest(e.capabilities) union select jsonb_array_elements_text(m -> 'capabilities')
      from jsonb_array_elements(e.inventory) m order by 1)
  from endpoint e where id = $1`;

const changeWords = (trx: Db, id: string, change: ChangeAgent): Promise<unknown> =>
  trx.query(WORDS_SQL, [
    id,
    change.capabilities ?? null,
    change.prices ?? null,
    change.max_concurrent ?? null,
    change.name ?? null,
    change.labels ?? null,
  ]);
