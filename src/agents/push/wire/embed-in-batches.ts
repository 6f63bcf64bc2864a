import type { EmbedAnswer } from '../provider.ts';

/** So many vectors, of any usual size, stay far below the cap on an answer. */
const BATCH = 32;

/** Embeds any number of texts by calls of at most 32, one after the other; token counts are added up. */
export async function embedInBatches(
  texts: string[],
  embed: (texts: string[]) => Promise<EmbedAnswer>,
): Promise<EmbedAnswer> {
  const whole: EmbedAnswer = { embeddings: [], input_tokens: null, output_tokens: null };
  for (let at = 0; at < texts.length; at += BATCH) {
    const { embeddings, input_tokens } = await embed(texts.slice(at, at + BATCH));
    whole.embeddings.push(...embeddings);
    if (input_tokens !== null) whole.input_tokens = (whole.input_tokens ?? 0) + input_tokens;
  }
  return whole;
}
