import type { Db } from '../../db/database.ts';
import { recordEvent } from '../../events/record.ts';
import { canonicalJson } from '../../lib/canonical-json.ts';
import type { Probed } from './probe-agent.ts';
import type { Inventory } from './provider.ts';
import type { ModelInfo } from './schema.ts';
import { withOwnWords } from './with-own-words.ts';

type Before = {
  id: string;
  name: string;
  project_id: string | null;
  url: string;
  /** Words of the operator. */
  own: string[];
  capabilities: string[];
  models: string[];
  inventory: ModelInfo[];
  answered: boolean;
  probe_failures: number;
  problem: string | null;
  breaker_open: boolean;
};

/** `told`: an event was written. `changed`: other replicas should look at the agents anew. */
type Stored = { told: boolean; changed: boolean };

const BEFORE_SQL = `
  select a.id, a.name, a.project_id, e.url, e.capabilities as own, a.capabilities, a.models, e.inventory,
    e.probed_at is not null as answered, e.probe_failures, e.problem, e.breaker_opened_at is not null as breaker_open
  from agents a join endpoints e on e.agent_id = a.id
  where a.id = $1 and a.removed_at is null and e.approved_at is not null
  for update of e`;

/** Keeps what a probe found, unless the agent was given another address meanwhile or must not be contacted any more. */
export function storeProbe(db: Db, agentId: string, probed: Probed): Promise<Stored> {
  return db.transaction(async (trx) => {
    const [before] = await trx.query<Before>(BEFORE_SQL, [agentId]);
    if (!before || (probed.url !== null && probed.url !== before.url)) return { told: false, changed: false };
    return 'problem' in probed
      ? storeProblem(trx, before, probed.problem)
      : storeInventory(trx, before, probed.inventory);
  });
}

/** As ENDPOINT_ONLINE of agent-view-sql.ts; one that never answered was said to be offline by its first failure. */
const isOnline = ({ answered, probe_failures }: Before): boolean => answered && probe_failures < 2;
const isKnownOffline = ({ answered, probe_failures }: Before): boolean => probe_failures >= (answered ? 2 : 1);

async function storeProblem(trx: Db, before: Before, problem: string): Promise<Stored> {
  const sentence = problem.slice(0, 1000);
  // Asked again soon: whether one failure was chance, and whether an open breaker can be closed.
  await trx.query(
    `update endpoints set probe_failures = least(probe_failures + 1, 1000), problem = $2,
       next_probe_at = case when breaker_opened_at is null and probe_failures > 0 then next_probe_at
         else least(next_probe_at, now() + (0.5 + random()) * interval '15 seconds') end
     where agent_id = $1`,
    [before.id, sentence],
  );
  const after = { ...before, probe_failures: before.probe_failures + 1 };
  const isNews = isKnownOffline(after) && !isKnownOffline(before);
  if (isNews) await tell(trx, before, 'agent.offline', { problem: sentence });
  return { told: isNews, changed: isNews || sentence !== before.problem };
}

// Closing the breaker leaves the agent one failure from opening it again: a server may answer probes and break off calls.
const INVENTORY_SQL = `
  update endpoints
  set version = $2, inventory = $3, probed_at = now(), probe_failures = 0,
    problem = case when call_failures > 0 then problem end,
    call_failures = case when breaker_opened_at is null then call_failures else 4 end, breaker_opened_at = null
  where agent_id = $1`;

async function storeInventory(trx: Db, before: Before, { version, models: told }: Inventory): Promise<Stored> {
  const models = withOwnWords(told, before.own);
  await trx.query(INVENTORY_SQL, [before.id, version, JSON.stringify(models)]);
  const offers = await storeOffers(trx, before, models);
  const isBack = !isOnline(before);
  // Not their names: 2,000 models make half a megabyte, and a server that comes and goes would tell them each time.
  if (isBack) await tell(trx, before, 'agent.online', { models: models.length });
  if (before.breaker_open) await tell(trx, before, 'agent.breaker_closed', {});
  const isNews = isBack || before.breaker_open;
  const changed = isNews || offers || before.probe_failures > 0 || !same(before.inventory, models);
  return { told: isNews, changed };
}

/** What needs are matched with; answers whether it changed. */
async function storeOffers(trx: Db, { id, own, ...before }: Before, models: ModelInfo[]): Promise<boolean> {
  const capabilities = [...new Set([...own, ...models.flatMap((model) => model.capabilities)])].sort();
  const names = models.map(({ name }) => name);
  if (same(before.capabilities, capabilities) && same(before.models, names)) return false;
  const sql = 'update agents set capabilities = $2, models = $3, updated_at = now() where id = $1';
  await trx.query(sql, [id, capabilities, names]);
  return true;
}

const same = (a: unknown, b: unknown): boolean => canonicalJson(a) === canonicalJson(b);

const tell = (trx: Db, { id, name, project_id }: Before, type: string, data: object): Promise<void> =>
  recordEvent(trx, { type, project_id, task_id: null, actor: 'coordinator', data: { agent_id: id, name, ...data } });
