import type { JsonValue } from '../../../lib/schema.ts';
import type { ChatRequest } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import type { ChatMessage, ToolCall } from '../schema.ts';

/** The body of POST /api/chat. Refuses (ProviderError refused) tool calls in `messages` whose arguments are no JSON object. */
export const chatBody = ({ model, messages, tools, parameters = {}, json }: ChatRequest) => ({
  model,
  messages: messages.map((message) => toMessage(message, messages)),
  stream: true,
  ...(tools?.length ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
  ...(json ? { format: json.schema ?? 'json' } : {}),
  options: toOptions(parameters),
});

function toOptions({ max_tokens, ...same }: NonNullable<ChatRequest['parameters']>) {
  return { ...same, ...(max_tokens === undefined ? {} : { num_predict: max_tokens }) };
}

function toMessage({ role, content, images, tool_calls, tool_call_id }: ChatMessage, all: ChatMessage[]) {
  return {
    role,
    content,
    ...(images?.length ? { images: images.map(({ base64 }) => base64) } : {}),
    ...(tool_calls?.length ? { tool_calls: tool_calls.map(toToolCall) } : {}),
    ...(tool_call_id === undefined ? {} : { tool_call_id, tool_name: nameOf(tool_call_id, all) }),
  };
}

const toToolCall = ({ id, name, arguments: text }: ToolCall) => ({ id, function: { name, arguments: toObject(text) } });

/** Ollama knows the call that a tool answers by the tool's name. */
const nameOf = (id: string, all: ChatMessage[]): string | undefined =>
  all.flatMap(({ tool_calls = [] }) => tool_calls).find((call) => call.id === id)?.name;

function toObject(text: string): JsonValue {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as JsonValue;
  } catch {
    // The sentence below covers both.
  }
  throw new ProviderError('refused', 'Ollama takes the arguments of a tool call as a JSON object only.');
}
