import type { EmbedAnswer } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';

/** So many vectors, of any usual size, stay far below the cap on an answer. */
const BATCH = 32;
/** A number takes two characters at least, and a result may be 1 MiB: more numbers could not be stored anyway. */
const MAX_NUMBERS = 524_288;

const TOO_LARGE = 'The embeddings are larger than the result of a task can be (1 MiB): embed fewer texts at a time.';

/**
 * Embeds any number of texts by calls of at most 32, one after the other; token counts are added up. Refuses
 * (ProviderError result_too_large) more numbers than a result can hold, as soon as they have come.
 */
export async function embedInBatches(
  texts: string[],
  embed: (texts: string[]) => Promise<EmbedAnswer>,
): Promise<EmbedAnswer> {
  const whole: EmbedAnswer = { embeddings: [], input_tokens: null, output_tokens: null };
  let numbers = 0;
  for (let at = 0; at < texts.length; at += BATCH) {
    const { embeddings, input_tokens } = await embed(texts.slice(at, at + BATCH));
    for (const embedding of embeddings) numbers += embedding.length;
    if (numbers > MAX_NUMBERS) throw new ProviderError('result_too_large', TOO_LARGE);
    whole.embeddings.push(...embeddings);
    if (input_tokens !== null) whole.input_tokens = (whole.input_tokens ?? 0) + input_tokens;
  }
  return whole;
}
