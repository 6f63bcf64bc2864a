import { cleanText } from '../../../lib/clean-text.ts';
import type { ChatAnswer, ChatRequest, TokenUsage } from '../provider.ts';
import { ProviderError } from '../provider-error.ts';
import { MOST_TOOL_CALLS, type ToolCall } from '../schema.ts';
import { cleanPieces } from './clean-pieces.ts';
import { resultRoom } from './result-room.ts';

/** Puts an answer together from what comes over the stream. Refuses (ProviderError result_too_large) more than 1 MiB. */
export type AnswerCollector = {
  text(piece: string): void;
  /**
   * A call without an id gets one. Refuses (ProviderError protocol) a call when no tools were offered, and more calls than
   * a message may hold.
   */
  call(call: ToolCall): void;
  finish(reason: string): void;
  isFinished(): boolean;
  usage(usage: Partial<TokenUsage>): void;
  answer(): ChatAnswer;
};

/** `onText` is called at once with each piece that has text. */
export function collectAnswer({ tools }: ChatRequest, onText: (piece: string) => void): AnswerCollector {
  const pieces: string[] = [];
  const calls: ToolCall[] = [];
  const clean = cleanPieces();
  const usage: TokenUsage = { input_tokens: null, output_tokens: null };
  let finishReason: string | null = null;
  const grow = resultRoom();
  const give = (piece: string) => {
    if (!piece) return;
    pieces.push(piece);
    onText(piece);
    grow(piece.length);
  };
  return {
    text: (piece) => give(clean.next(piece)),
    call(call) {
      if (!tools?.length)
        throw new ProviderError(
          'protocol',
          `The server calls a tool (${cleanText(call.name.slice(0, 64))}), but none was offered.`,
        );
      if (calls.length === MOST_TOOL_CALLS)
        throw new ProviderError('protocol', `The server calls more than ${MOST_TOOL_CALLS} tools.`);
      grow(call.id.length + call.name.length + call.arguments.length);
      calls.push({
        id: cleanText(call.id || `call_${calls.length}`),
        name: cleanText(call.name),
        arguments: cleanText(call.arguments),
      });
    },
    finish(reason) {
      finishReason = cleanText(reason);
    },
    isFinished: () => finishReason !== null,
    usage(more) {
      Object.assign(usage, more);
    },
    answer() {
      give(clean.end());
      return { text: pieces.join(''), tool_calls: calls, finish_reason: reasonFor(finishReason, calls), ...usage };
    },
  };
}

/** Servers say "stop" after tool calls as well (Ollama always does). */
const reasonFor = (said: string | null, calls: ToolCall[]): string =>
  calls.length && (!said || said === 'stop' || said === 'function_call') ? 'tool_calls' : said || 'stop';
