import { z } from 'zod';
import { cleanText } from '../../../lib/clean-text.ts';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint, Inventory } from '../provider.ts';
import { ask } from '../wire/ask.ts';
import { ifTold } from '../wire/if-told.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { count } from '../wire/shapes.ts';
import { serverRoot } from './api-root.ts';
import { listModels } from './list-models.ts';
import { type ListedModel, modelList } from './listed-model.ts';
import { toModelInfo } from './to-model-info.ts';

const lmStudio = z.object({ data: modelList });
const llamaCpp = z.object({
  build_info: z.string().nullish().catch(null),
  default_generation_settings: z.object({ n_ctx: count }).nullish().catch(null),
});

/** GET /models, and what LM Studio and llama.cpp tell elsewhere. The protocol has no version of the server. */
export async function probe(egress: Egress, endpoint: Endpoint, signal: AbortSignal): Promise<Inventory> {
  const listed = await listModels(egress, endpoint, signal);
  const get = async <T>(path: string, shape: z.ZodType<T>) =>
    readJson(await ask(egress, serverRoot(endpoint), { path, accepts: JSON_TYPE, signal }), shape);
  const isOf = (owner: string) => listed.length > 0 && listed.every(({ owned_by }) => owned_by === owner);
  if (isOf('organization_owner')) {
    const more = await ifTold(get('/api/v0/models', lmStudio));
    return inventory(null, joined(listed, more?.data ?? []));
  }
  if (!isOf('llamacpp')) return inventory(null, listed);
  const props = await ifTold(get('/props', llamaCpp));
  return inventory(props?.build_info ?? null, withContext(listed, props?.default_generation_settings?.n_ctx));
}

const inventory = (version: string | null, models: ListedModel[]): Inventory => ({
  version: version ? cleanText(version.slice(0, 100)) : null,
  models: models.map(toModelInfo),
});

const joined = (listed: ListedModel[], more: ListedModel[]): ListedModel[] => {
  const byId = new Map(more.map((model) => [model.id, model]));
  return listed.map((model) => byId.get(model.id) ?? model);
};

/** A server of one model: its context is what it was started with, which may be far less than the model could. */
const withContext = (listed: ListedModel[], n_ctx: number | null | undefined): ListedModel[] =>
  listed.length === 1 && n_ctx
    ? listed.map((model) => ({ ...model, meta: { ...nothing, ...model.meta, n_ctx } }))
    : listed;

const nothing = { n_ctx: null, n_ctx_train: null, n_params: null, size: null };
