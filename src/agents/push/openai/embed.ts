import { z } from 'zod';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { EmbedAnswer, Endpoint } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { ask } from '../wire/ask.ts';
import { embedInBatches } from '../wire/embed-in-batches.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { count, MOST_LISTED, vector } from '../wire/shapes.ts';
import { refuseOtherModel } from './refuse-other-model.ts';

const embedded = z.object({
  model: z.string().nullish(),
  data: z.array(z.object({ index: z.number().int().nullish(), embedding: vector })).max(MOST_LISTED),
  usage: z.object({ prompt_tokens: count }).nullish().catch(null),
});

/** POST /embeddings. */
export const embed = (
  egress: Egress,
  endpoint: Endpoint,
  { model, texts }: { model: string; texts: string[] },
  signal: AbortSignal,
): Promise<EmbedAnswer> =>
  embedInBatches(texts, async (input) => {
    const body = { model, input, encoding_format: 'float' };
    const answer = await ask(egress, endpoint, { path: '/embeddings', body, accepts: JSON_TYPE, signal });
    const read = await readJson(answer, embedded);
    await refuseOtherModel(egress, endpoint, model, read.model ?? null, signal);
    return {
      embeddings: inOrder(read.data, input.length),
      input_tokens: read.usage?.prompt_tokens ?? null,
      output_tokens: null,
    };
  });

function inOrder(data: z.infer<typeof embedded>['data'], expected: number): number[][] {
  const vectors = new Map(data.map(({ index, embedding }, at) => [index ?? at, embedding]));
  const ordered = Array.from({ length: expected }, (_, at) => vectors.get(at));
  if (data.length === expected && ordered.every((one) => one !== undefined)) return ordered as number[][];
  throw new ProviderError('protocol', `The server gave ${data.length} embeddings for ${expected} texts.`);
}
