import { cleanText } from '../../../lib/clean-text.ts';
import type { ModelInfo } from '../schema.ts';
import { guessCapabilities } from '../wire/guess-capabilities.ts';
import type { ListedModel } from './listed-model.ts';

type Capability = ModelInfo['capabilities'][number];

/** Servers' words for what a model can do. */
const WORDS = new Map<string, Capability[]>([
  ['completion', ['chat']],
  ['completion_chat', ['chat']],
  ['chat', ['chat']],
  ['llm', ['chat']],
  ['vlm', ['chat', 'vision']],
  ['multimodal', ['chat', 'vision']],
  ['image', ['vision']],
  ['vision', ['vision']],
  ['tools', ['tools']],
  ['tool_use', ['tools']],
  ['function_calling', ['tools']],
  ['reasoning', ['thinking']],
  ['thinking', ['thinking']],
  ['embedding', ['embedding']],
  ['embeddings', ['embedding']],
]);

/** What a server told of a model, in WHOOSH's words. A server that tells nothing of memory counts as one that has it loaded. */
export const toModelInfo = (model: ListedModel): ModelInfo => ({
  name: cleanText(model.id),
  capabilities: capabilitiesOf(model),
  size_bytes: model.meta?.size ?? null,
  parameters: model.meta?.n_params ? inBillions(model.meta.n_params) : null,
  quantisation: model.quantization ? cleanText(model.quantization.slice(0, 100)) : null,
  context_length: contextOf(model),
  loaded: (model.state ?? model.status?.value ?? 'loaded') === 'loaded',
  loaded_until: null,
});

function capabilitiesOf(model: ListedModel): Capability[] {
  const told = new Set(wordsOf(model).flatMap((word) => WORDS.get(word.toLowerCase()) ?? []));
  const isKindKnown = told.has('chat') || told.has('embedding');
  return [...new Set([...(isKindKnown ? [] : guessCapabilities(model.id)), ...told])];
}

const wordsOf = (model: ListedModel): string[] => [
  ...[model.type, model.mode].flatMap((word) => word ?? []),
  ...(Array.isArray(model.capabilities) ? model.capabilities : trueKeys(model.capabilities ?? {})),
  ...(model.architecture?.input_modalities ?? []),
  ...(model.supported_parameters ?? []),
  ...(model.supports_vision ? ['vision'] : []),
  ...(model.supports_function_calling ? ['tools'] : []),
];

const trueKeys = (flags: Record<string, unknown>): string[] => Object.keys(flags).filter((key) => flags[key] === true);

/** What the model is run with counts before what it could be run with. */
const contextOf = (model: ListedModel): number | null =>
  model.meta?.n_ctx ??
  model.max_model_len ??
  model.loaded_context_length ??
  model.context_length ??
  model.context_window ??
  model.max_context_length ??
  model.max_input_tokens ??
  model.meta?.n_ctx_train ??
  null;

const inBillions = (count: number): string =>
  count >= 1e9 ? `${(count / 1e9).toFixed(1)}B` : `${Math.round(count / 1e6)}M`;
