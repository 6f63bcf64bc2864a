import { z } from 'zod';
import { cleanText } from '../../../lib/clean-text.ts';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint, Inventory } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { ModelInfo } from '../schema.ts';
import { ask } from '../wire/ask.ts';
import { guessCapabilities } from '../wire/guess-capabilities.ts';
import { ifTold } from '../wire/if-told.ts';
import { mapFew } from '../wire/map-few.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { count, MOST_LISTED } from '../wire/shapes.ts';
import { type Description, describeModel } from './describe-model.ts';
import type { Descriptions } from './remembered-descriptions.ts';

const MAX_MODELS = 2000;
const AT_A_TIME = 4;

const words = z.string().nullish().catch(null);
const listed = z.object({
  name: z.string().min(1).max(300),
  // Kept in memory, so not of any length.
  digest: z.string().max(200).nullish().catch(null),
  size: count,
  details: z.object({ parameter_size: words, quantization_level: words }).nullish().catch(null),
});
const tags = z.object({ models: z.array(listed).max(MOST_LISTED).nullable() });
const running = z.object({
  models: z
    .array(z.object({ name: z.string(), expires_at: words }))
    .max(MOST_LISTED)
    .nullable(),
});
const version = z.object({ version: z.string() });

/**
 * GET /api/tags, /api/version and /api/ps, and /api/show for each model that is new: four at a time. Servers that only speak
 * like Ollama may not know the others, so none but the first is needed.
 */
export async function probe(
  egress: Egress,
  endpoint: Endpoint,
  descriptions: Descriptions,
  signal: AbortSignal,
): Promise<Inventory> {
  const get = async <T>(path: string, shape: z.ZodType<T>) =>
    readJson(await ask(egress, endpoint, { path, accepts: JSON_TYPE, signal }), shape);
  const { models } = await get('/api/tags', tags);
  const [told, loaded] = await Promise.all([ifTold(get('/api/version', version)), ifTold(get('/api/ps', running))]);
  const until = new Map((loaded?.models ?? []).map(({ name, expires_at }) => [name, expires_at ?? null]));
  const described = await mapFew((models ?? []).slice(0, MAX_MODELS), AT_A_TIME, async (model) => {
    const description = await describe(egress, endpoint, descriptions, model, signal);
    return description && toModelInfo(model, description, until);
  });
  return { version: short(told?.version), models: described.filter((model) => model !== null) };
}

/** null for a model that has gone since it was listed. */
async function describe(
  egress: Egress,
  endpoint: Endpoint,
  descriptions: Descriptions,
  { name, digest }: z.infer<typeof listed>,
  signal: AbortSignal,
): Promise<Description | null> {
  const ask = () => describeModel(egress, endpoint, name, signal);
  return (digest ? descriptions.of(endpoint, `${name} ${digest}`, ask) : ask()).catch((error) => {
    if (!(error instanceof ProviderError)) throw error;
    // One model that cannot be described does not hide the others.
    return error.failure === 'model_missing' ? null : { capabilities: guessCapabilities(name), context_length: null };
  });
}

const toModelInfo = (
  { name, size, details }: z.infer<typeof listed>,
  description: Description,
  until: Map<string, string | null>,
): ModelInfo => ({
  name: cleanText(name),
  ...description,
  size_bytes: size ?? null,
  parameters: short(details?.parameter_size),
  quantisation: short(details?.quantization_level),
  loaded: until.has(name),
  loaded_until: short(until.get(name)),
});

const short = (text: string | null | undefined): string | null => (text ? cleanText(text.slice(0, 100)) : null);
