import { z } from 'zod';
import { count, MOST_LISTED, wordArray } from '../wire/shapes.ts';

const words = z.string().nullish().catch(null);
const wordList = wordArray.nullish().catch(null);
const yesOrNo = z.boolean().nullish().catch(null);

/** llama.cpp. */
const meta = z.object({ n_ctx: count, n_ctx_train: count, n_params: count, size: count });

/** OpenRouter. */
const architecture = z.object({ input_modalities: wordList, output_modalities: wordList });

/**
 * One entry of /models. The protocol knows only `id`; servers tell more, each in its own words, and whatever of that is odd
 * counts as not told.
 */
const listedModel = z.object({
  id: z.string().min(1).max(300),
  owned_by: words,
  /** LM Studio: llm, vlm, embeddings; Together: chat, embedding. LiteLLM: mode. */
  type: words,
  mode: words,
  /** llama.cpp and LM Studio: words; Mistral: yes or no by word. */
  capabilities: z
    .union([wordArray, z.record(z.string(), z.unknown())])
    .nullish()
    .catch(null),
  supported_parameters: wordList,
  supports_vision: yesOrNo,
  supports_function_calling: yesOrNo,
  architecture: architecture.nullish().catch(null),
  meta: meta.nullish().catch(null),
  /** vLLM; LM Studio and Mistral; OpenRouter and Together; Groq; LiteLLM. */
  max_model_len: count,
  max_context_length: count,
  loaded_context_length: count,
  context_length: count,
  context_window: count,
  max_input_tokens: count,
  quantization: words,
  /** LM Studio: loaded, not-loaded. llama.cpp as a router: status.value. */
  state: words,
  status: z.object({ value: words }).nullish().catch(null),
});
export type ListedModel = z.infer<typeof listedModel>;

export const modelList = z.array(listedModel).max(MOST_LISTED);
