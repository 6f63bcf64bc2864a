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
  embeddings: z.array(vector).max(MOST_LISTED),
  prompt_eval_count: count,
});

/** POST /api/embed. */
export const embed = (
  egress: Egress,
  endpoint: Endpoint,
  { model, texts }: { model: string; texts: string[] },
  signal: AbortSignal,
): Promise<EmbedAnswer> =>
  embedInBatches(texts, async (input) => {
    const body = { model, input };
    const answer = await ask(egress, endpoint, { path: '/api/embed', body, accepts: JSON_TYPE, signal });
    const read = await readJson(answer, embedded);
    refuseOtherModel(model, read.model);
    if (read.embeddings.length !== input.length) {
      throw new ProviderError(
        'protocol',
        `The server gave ${read.embeddings.length} embeddings for ${input.length} texts.`,
      );
    }
    return { embeddings: read.embeddings, input_tokens: read.prompt_eval_count ?? null, output_tokens: null };
  });
