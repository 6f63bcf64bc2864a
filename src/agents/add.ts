import { v7 as uuid } from 'uuid';
import type { Db } from '../db/database.ts';
import { AppError } from '../errors.ts';
import { recordEvent } from '../events/record.ts';
import { canonicalJson } from '../lib/canonical-json.ts';
import { type Actor, actorName } from '../members/actor.ts';
import type { Secrets } from '../secrets/secrets.ts';
import { findAgent } from './find.ts';
import { keyPurpose } from './push/key-purpose.ts';
import type { ModelServers } from './push/model-servers.ts';
import type { AddAgent, AgentView, PushKind } from './schema.ts';

/** Model servers of a project that nobody has approved. Each replica and each list has all of them. */
const MOST_PENDING = 100;

type Wish = Omit<AddAgent, 'project'> & { project_id: string | null };
type Added = { agent: AgentView; is_new: boolean };

// Ollama answers one call at a time unless OLLAMA_NUM_PARALLEL says otherwise; other servers batch a few.
const SLOTS: Record<PushKind, number> = { ollama: 1, openai: 4 };

const INSERT_SQL = `
  with added as (
    insert into agents (id, project_id, kind, name, capabilities, labels) values ($1, $2, $3, $4, $5::text[], $6)
    on conflict (project_id, name) where runner_id is null and removed_at is null do nothing
    returning id
  ), slots as (
    insert into agent_slots (agent_id, max_concurrent) select id, $7::smallint from added
  ), endpoint as (
    insert into endpoints (agent_id, url, capabilities, prices) select id, $8::text, $5, $9::jsonb from added
  )
  select id from added`;

/**
 * Adds a model server, pending: nothing is contacted before `approveAgent`. A repeat of the same request changes nothing.
 * Refuses `invalid_request` when the URL may not be called, `name_taken` when another one of the project has the name,
 * `agents_full` when 100 of the project wait for approval.
 */
export function addAgent(
  db: Db,
  { checkUrl, secrets }: Pick<ModelServers, 'checkUrl' | 'secrets'>,
  actor: Actor,
  input: Wish,
): Promise<Added> {
  const max_concurrent = input.max_concurrent ?? SLOTS[input.kind];
  const wish = { ...input, url: checkUrl(input.url), max_concurrent };
  return db.transaction(async (trx) => {
    const id = uuid();
    if (!(await insert(trx, id, wish))) return { agent: await sameAgent(trx, secrets, actor, wish), is_new: false };
    await requireFewPending(trx, wish.project_id);
    if (wish.key !== undefined) await keepKey(trx, secrets, actor, { ...wish, id, key: wish.key });
    const { project_id, name, kind, url } = wish;
    const data = { agent_id: id, name, kind, url };
    await recordEvent(trx, { type: 'agent.added', project_id, task_id: null, actor: actorName(actor), data });
    return { agent: await findAgent(trx, actor, id), is_new: true };
  });
}

async function insert(trx: Db, id: string, wish: Wish): Promise<boolean> {
  const { project_id, kind, name, capabilities, labels, max_concurrent, url, prices } = wish;
  const values = [id, project_id, kind, name, capabilities, labels, max_concurrent, url, prices];
  return (await trx.query(INSERT_SQL, values)).length > 0;
}

const PENDING_SQL = `
  select count(*)::int as pending from agents a join endpoints e on e.agent_id = a.id
  where a.project_id is not distinct from $1 and a.removed_at is null and e.approved_at is null`;

/** With the one that was just added; of several that are added at once each counts only those before it. */
async function requireFewPending(trx: Db, projectId: string | null): Promise<void> {
  const [row] = await trx.query<{ pending: number }>(PENDING_SQL, [projectId]);
  if (row!.pending <= MOST_PENDING) return;
  throw new AppError('agents_full', `${MOST_PENDING} model servers of the project wait for approval already.`);
}

type Keyed = { id: string; project_id: string | null; key: string };

async function keepKey(trx: Db, secrets: Secrets, actor: Actor, { id, project_id, key }: Keyed): Promise<void> {
  const secret = { ...keyPurpose({ id, project_id }), value: key, created_by: actorName(actor) };
  const key_id = await secrets.seal(trx, secret);
  await trx.query('update endpoints set key_id = $2 where agent_id = $1', [id, key_id]);
}

type Existing = Wish & { id: string; key_id: string | null };

const EXISTING_SQL = `
  select a.id, a.project_id, a.kind, a.name, e.url, e.capabilities, a.labels, s.max_concurrent, e.prices, e.key_id
  from agents a join endpoints e on e.agent_id = a.id join agent_slots s on s.agent_id = a.id
  where a.project_id is not distinct from $1 and a.name = $2 and a.removed_at is null`;

/** The agent that has the name, when it was asked for with the same words. */
async function sameAgent(trx: Db, secrets: Secrets, actor: Actor, { key, ...wish }: Wish): Promise<AgentView> {
  const [row] = await trx.query<Existing>(EXISTING_SQL, [wish.project_id, wish.name]);
  if (row) {
    const { id, key_id, ...existing } = row;
    const known = key_id === null ? undefined : await secrets.open(trx, key_id, keyPurpose(row));
    if (known === key && canonicalJson(existing) === canonicalJson(wish)) return findAgent(trx, actor, id);
  }
  const hint = 'Choose another name, or change that one: whoosh agent update.';
  throw new AppError('name_taken', `There is another model server named "${wish.name}" in the project. ${hint}`);
}
