import { genAiAttributes } from '../../telemetry/gen-ai.ts';
import type { Attributes, Tracing } from '../../telemetry/tracing.ts';
import type { PushKind } from '../schema.ts';
import type { ChatRequest, Endpoint, Provider, TokenUsage } from './provider.ts';
import { ProviderError } from './provider-error.ts';

/** The provider, whose calls of models are spans below what their endpoint names, and send their own traceparent along. */
export function tracingCalls(kind: PushKind, provider: Provider, tracing: Tracing): Provider {
  if (!tracing.isOn) return provider;
  return {
    probe: provider.probe,
    chat: (endpoint, request, onText, signal) =>
      traced(tracing, { kind, operation: 'chat', endpoint, ...request }, signal, (own) =>
        provider.chat(own, request, onText, signal),
      ),
    embed: (endpoint, request, signal) =>
      traced(tracing, { kind, operation: 'embeddings', endpoint, ...request }, signal, (own) =>
        provider.embed(own, request, signal),
      ),
  };
}

type Call = Pick<ChatRequest, 'model' | 'parameters' | 'json'> & {
  kind: PushKind;
  operation: 'chat' | 'embeddings';
  endpoint: Endpoint;
};

async function traced<A extends TokenUsage & { finish_reason?: string }>(
  tracing: Tracing,
  call: Call,
  signal: AbortSignal,
  ask: (endpoint: Endpoint) => Promise<A>,
): Promise<A> {
  const { endpoint, operation, model } = call;
  const span = tracing.begin({
    name: `${operation} ${model}`,
    kind: 'client',
    parent: endpoint.traceparent,
    attributes: asked(call),
  })!;
  try {
    const answer = await ask({ ...endpoint, traceparent: span.traceparent });
    span.end({ attributes: answered(answer) });
    return answer;
  } catch (error) {
    span.end({ error: failureOf(error, signal) });
    throw error;
  }
}

function asked({ kind, operation, model, parameters, json, endpoint }: Call): Attributes {
  const { max_tokens, temperature, top_p, seed } = parameters ?? {};
  const { hostname: address, port, protocol } = new URL(endpoint.url);
  return genAiAttributes({
    operation,
    provider: kind,
    model,
    max_tokens,
    temperature,
    top_p,
    seed,
    output_type: operation === 'chat' ? (json ? 'json' : 'text') : undefined,
    address,
    port: Number(port) || (protocol === 'https:' ? 443 : 80),
  });
}

const answered = ({
  input_tokens,
  output_tokens,
  finish_reason,
}: TokenUsage & { finish_reason?: string }): Attributes =>
  genAiAttributes({ input_tokens, output_tokens, finish_reasons: finish_reason ? [finish_reason] : undefined });

const failureOf = (error: unknown, { aborted, reason }: AbortSignal): string =>
  aborted ? (reason?.name ?? 'aborted') : error instanceof ProviderError ? error.failure : 'internal';
