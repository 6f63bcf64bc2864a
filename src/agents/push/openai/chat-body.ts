import type { ChatRequest, Endpoint } from '../provider.ts';
import type { ChatMessage, ToolCall } from '../schema.ts';

/** The body of POST /chat/completions. */
export const chatBody = (endpoint: Endpoint, { model, messages, tools, parameters = {}, json }: ChatRequest) => ({
  model,
  messages: messages.map(toMessage),
  stream: true,
  stream_options: { include_usage: true },
  ...(tools?.length ? { tools: tools.map((tool) => ({ type: 'function', function: tool })) } : {}),
  ...(json ? { response_format: toFormat(json) } : {}),
  ...toParameters(endpoint, parameters),
});

/** OpenAI's reasoning models refuse the old name of max_tokens; other servers know only that. */
function toParameters({ url }: Endpoint, { max_tokens, ...same }: NonNullable<ChatRequest['parameters']>) {
  if (max_tokens === undefined) return same;
  const isOpenAi = new URL(url).hostname === 'api.openai.com';
  return { ...same, [isOpenAi ? 'max_completion_tokens' : 'max_tokens']: max_tokens };
}

/** Not `strict`: that refuses schemas with optional properties, and WHOOSH checks the answer anyway. */
const toFormat = ({ schema }: NonNullable<ChatRequest['json']>) =>
  schema === null ? { type: 'json_object' } : { type: 'json_schema', json_schema: { name: 'result', schema } };

const toMessage = ({ role, content, images, tool_calls, tool_call_id }: ChatMessage) => ({
  role,
  content: images?.length ? [...textParts(content), ...images.map(toImagePart)] : content,
  ...(tool_calls?.length ? { tool_calls: tool_calls.map(toToolCall) } : {}),
  ...(tool_call_id === undefined ? {} : { tool_call_id }),
});

const textParts = (text: string) => (text ? [{ type: 'text', text }] : []);

const toImagePart = ({ type, base64 }: NonNullable<ChatMessage['images']>[number]) => ({
  type: 'image_url',
  image_url: { url: `data:${type};base64,${base64}` },
});

const toToolCall = ({ id, name, arguments: text }: ToolCall) => ({
  id,
  type: 'function',
  function: { name, arguments: text },
});
