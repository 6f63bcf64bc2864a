import { z } from 'zod';
import type { Egress } from '../../../lib/egress/egress.ts';
import type { Endpoint } from '../provider.ts';
import type { ModelInfo } from '../schema.ts';
import { ask } from '../wire/ask.ts';
import { JSON_TYPE, readJson } from '../wire/read-json.ts';
import { wordArray } from '../wire/shapes.ts';

/** What is the same for as long as the model's digest is. */
export type Description = Pick<ModelInfo, 'capabilities' | 'context_length'>;

const shown = z.object({
  capabilities: wordArray.nullish(),
  template: z.string().nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  projector_info: z.record(z.string(), z.unknown()).nullish(),
});

const WORDS = new Map<string, ModelInfo['capabilities'][number]>([
  ['completion', 'chat'],
  ['vision', 'vision'],
  ['tools', 'tools'],
  ['embedding', 'embedding'],
  ['thinking', 'thinking'],
]);

/** POST /api/show. */
export async function describeModel(
  egress: Egress,
  endpoint: Endpoint,
  model: string,
  signal: AbortSignal,
): Promise<Description> {
  const answer = await ask(egress, endpoint, { path: '/api/show', body: { model }, accepts: JSON_TYPE, signal });
  const read = await readJson(answer, shown);
  return { capabilities: capabilitiesOf(read), context_length: contextOf(read.model_info ?? {}) };
}

function capabilitiesOf(read: z.infer<typeof shown>): ModelInfo['capabilities'] {
  const told = read.capabilities?.flatMap((word) => WORDS.get(word) ?? []);
  return told ? [...new Set(told)] : guessed(read);
}

/** Ollama before 0.6.4 tells no capabilities, but what it derives them from. */
function guessed({ template, model_info, projector_info }: z.infer<typeof shown>): ModelInfo['capabilities'] {
  if (Object.keys(model_info ?? {}).some((key) => key.endsWith('.pooling_type'))) return ['embedding'];
  return [
    'chat',
    ...(projector_info ? ['vision' as const] : []),
    ...(template?.includes('.Tools') ? ['tools' as const] : []),
  ];
}

function contextOf(info: Record<string, unknown>): number | null {
  const length = info[`${info['general.architecture']}.context_length`];
  return Number.isSafeInteger(length) ? (length as number) : null;
}
