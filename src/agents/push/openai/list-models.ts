import { z } from 'zod';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint } from '../provider.ts';
import { ask } from '../wire/ask.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { type ListedModel, listedModel } from './listed-model.ts';

const MAX_MODELS = 2000;

/** Together gives the list alone. */
const list = z.union([z.object({ data: z.array(listedModel) }).transform(({ data }) => data), z.array(listedModel)]);

/** GET /models: at most 2000. */
export async function listModels(egress: Egress, endpoint: Endpoint, signal: AbortSignal): Promise<ListedModel[]> {
  const answer = await ask(egress, endpoint, { path: '/models', accepts: JSON_TYPE, signal });
  return (await readJson(answer, list)).slice(0, MAX_MODELS);
}
