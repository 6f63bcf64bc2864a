import type { JsonValue } from '../../lib/schema.ts';
import type { ChatMessage, ModelCall, ModelInfo, ToolCall } from './schema.ts';

/** A model server as it is called: its base URL as the person wrote it, without a trailing slash, and its key. */
export type Endpoint = {
  url: string;
  key: string | null;
  /** Sent along, so that the server's own traces go on from it. */
  traceparent?: string | null;
};

export type Inventory = { version: string | null; models: ModelInfo[] };

export type ChatRequest = Pick<ModelCall, 'tools' | 'parameters'> & {
  model: string;
  messages: ChatMessage[];
  /** undefined: text. `schema` null: any JSON. */
  json?: { schema: JsonValue | null };
};

/** Token counts are null where the server does not tell. */
export type TokenUsage = { input_tokens: number | null; output_tokens: number | null };

export type ChatAnswer = TokenUsage & {
  text: string;
  tool_calls: ToolCall[];
  /** stop, length, tool_calls, content_filter, or the server's own word. */
  finish_reason: string;
};

export type EmbedAnswer = TokenUsage & { embeddings: number[][] };

/**
 * The one interface to model servers. Every call ends its socket and rejects with the signal's reason when `signal` fires,
 * rejects with a ProviderError for whatever the server does, keeps the time-outs and caps of lib/egress, and never reveals
 * the key.
 */
export type Provider = {
  /** What the server has. Also how its health is asked. */
  probe(endpoint: Endpoint, signal: AbortSignal): Promise<Inventory>;
  /** Streams; `onText` is called with each piece of the answer as it comes. */
  chat(
    endpoint: Endpoint,
    request: ChatRequest,
    onText: (piece: string) => void,
    signal: AbortSignal,
  ): Promise<ChatAnswer>;
  embed(endpoint: Endpoint, request: { model: string; texts: string[] }, signal: AbortSignal): Promise<EmbedAnswer>;
};
