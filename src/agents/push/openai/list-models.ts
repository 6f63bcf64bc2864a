import { z } from 'zod';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint } from '../provider.ts';
import { ask } from '../wire/ask.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { MOST_LISTED, wordArray } from '../wire/shapes.ts';
import { type ListedModel, modelList } from './listed-model.ts';

const MAX_MODELS = 2000;

/** llama.cpp repeats its list under `models`, with capabilities. */
const described = z.object({ name: z.string(), capabilities: wordArray });
const list = z.object({ data: modelList, models: z.array(described).max(MOST_LISTED).nullish().catch(null) });

/** GET /models: at most 2000. Together gives the list alone, without an object around it. */
export async function listModels(egress: Egress, endpoint: Endpoint, signal: AbortSignal): Promise<ListedModel[]> {
  const answer = await ask(egress, endpoint, { path: '/models', accepts: JSON_TYPE, signal });
  const read = await readJson(answer, z.union([list, modelList]));
  return (Array.isArray(read) ? read : withCapabilities(read)).slice(0, MAX_MODELS);
}

function withCapabilities({ data, models }: z.infer<typeof list>): ListedModel[] {
  const byName = new Map(models?.map(({ name, capabilities }) => [name, capabilities]));
  return data.map((model) => ({ ...model, capabilities: model.capabilities ?? byName.get(model.id) }));
}
