import { z } from 'zod';
import { jsonValue } from '../../lib/schema.ts';

/** What a model can do, in WHOOSH's words; a task names them among its needed capabilities. */
const MODEL_CAPABILITIES = ['chat', 'vision', 'tools', 'embedding', 'thinking'] as const;
export const modelCapability = z.enum(MODEL_CAPABILITIES);

/** One model of a model server, as the server tells of it; null where it does not tell. */
export const modelInfo = z
  .object({
    name: z.string(),
    capabilities: z.array(modelCapability),
    size_bytes: z.number().int().nullable(),
    parameters: z.string().nullable().describe('such as 7.6B'),
    quantisation: z.string().nullable().describe('such as Q4_K_M'),
    context_length: z.number().int().nullable().describe('tokens'),
    loaded: z.boolean().describe('in memory now, so that a call need not wait for it'),
    loaded_until: z.string().nullable(),
  })
  .meta({ id: 'Model' });
export type ModelInfo = z.infer<typeof modelInfo>;

/** Calls of tools that one message may hold. */
export const MOST_TOOL_CALLS = 128;

const toolCall = z.strictObject({ id: z.string().max(200), name: z.string().max(200), arguments: z.string() });
export type ToolCall = z.infer<typeof toolCall>;

const imageType = z.enum(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);

/** One message of a conversation. Images are base64, for models with `vision`. */
const chatMessage = z
  .strictObject({
    role: z.enum(['system', 'user', 'assistant', 'tool']),
    content: z.string(),
    images: z
      .array(z.strictObject({ type: imageType, base64: z.base64() }))
      .max(20)
      .optional(),
    tool_calls: z.array(toolCall).max(MOST_TOOL_CALLS).optional().describe('of an assistant: what it had called'),
    tool_call_id: z.string().max(200).optional().describe('of a tool: which call it answers'),
  })
  .meta({ id: 'ChatMessage' });
export type ChatMessage = z.infer<typeof chatMessage>;

const tool = z.strictObject({
  name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, 'expected letters, digits, _ and -, at most 64'),
  description: z.string().max(10_000).optional(),
  parameters: z.record(z.string(), jsonValue).describe('JSON Schema of the arguments'),
});

const parameters = z.strictObject({
  temperature: z.number().min(0).max(2).optional(),
  top_p: z.number().min(0).max(1).optional(),
  max_tokens: z.number().int().min(1).max(10_000_000).optional().describe('longest answer'),
  seed: z.number().int().optional(),
  stop: z.array(z.string().min(1).max(200)).min(1).max(8).optional(),
});

/**
 * What a task asks of a model, beside its `prompt`: the task then goes to agents that are model servers (ollama, openai).
 * Without `embed` it is a chat: `system`, then `messages`, then the prompt as the user's last word.
 */
export const modelCall = z
  .strictObject({
    system: z.string().max(262_144).optional(),
    messages: z.array(chatMessage).max(1000).optional(),
    tools: z.array(tool).max(128).optional().describe('what the model may call; the result then holds `tool_calls`'),
    parameters: parameters.optional(),
    response_format: z
      .enum(['text', 'json'])
      .optional()
      .describe('json: the result is the JSON that the model wrote; the default when the task has a `result_schema`'),
    repairs: z
      .number()
      .int()
      .min(0)
      .max(1)
      .default(0)
      .describe('how often a model whose JSON is bad is asked again, with the errors'),
    embed: z.array(z.string().max(262_144)).min(1).max(2048).optional().describe('texts to embed, instead of a chat'),
  })
  .meta({ id: 'ModelCall' });
export type ModelCall = z.infer<typeof modelCall>;
