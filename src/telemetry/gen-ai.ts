import type { Attributes } from './tracing.ts';

/**
 * The names of OpenTelemetry's conventions for calls of models, version 1.37.0 (in development, so they may change):
 * https://github.com/open-telemetry/semantic-conventions/blob/v1.37.0/docs/gen-ai/gen-ai-spans.md
 * What a model is asked and answers (gen_ai.input.messages and its like) is left out on purpose.
 */
const NAMES = {
  operation: 'gen_ai.operation.name',
  provider: 'gen_ai.provider.name',
  model: 'gen_ai.request.model',
  max_tokens: 'gen_ai.request.max_tokens',
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  seed: 'gen_ai.request.seed',
  output_type: 'gen_ai.output.type',
  finish_reasons: 'gen_ai.response.finish_reasons',
  input_tokens: 'gen_ai.usage.input_tokens',
  output_tokens: 'gen_ai.usage.output_tokens',
  address: 'server.address',
  port: 'server.port',
} as const;

type Value = string | number | string[] | null | undefined;

/** Attributes of a call of a model, by our words; what is not known is left out. */
export const genAiAttributes = (known: { [name in keyof typeof NAMES]?: Value }): Attributes =>
  Object.fromEntries(
    Object.entries(known).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[NAMES[name as keyof typeof NAMES], value]],
    ),
  );
