import { ProviderError } from '../provider-error.ts';
import { MOST_TOOL_CALLS, type ToolCall } from '../schema.ts';
import { resultRoom } from '../wire/result-room.ts';
import type { ToolPiece } from './chunk.ts';

/** Puts tool calls together from their pieces, by index. Refuses (ProviderError result_too_large) more than 1 MiB. */
export function collectToolCalls() {
  const calls: (ToolCall & { index: number })[] = [];
  const grow = resultRoom();
  return {
    add({ index: given, id, function: called }: ToolPiece): void {
      const index = given ?? Math.max(0, calls.length - (id ? 0 : 1));
      let call = calls.findLast((one) => one.index === index);
      // Some servers give all calls of a message the index 0 (Gemini's): another id begins another call.
      if (!call || (id && call.id && id !== call.id)) {
        if (calls.length === MOST_TOOL_CALLS)
          throw new ProviderError('protocol', `The server calls more than ${MOST_TOOL_CALLS} tools.`);
        call = { index, id: '', name: '', arguments: '' };
        calls.push(call);
      }
      call.id ||= id ?? '';
      call.name ||= called?.name ?? '';
      const more = called?.arguments ?? '';
      grow(more.length);
      call.arguments += more;
    },
    /** Refuses (ProviderError protocol) a call that names no tool. */
    calls: (): ToolCall[] =>
      calls.map(({ id, name, arguments: text }) => {
        if (!name) throw new ProviderError('protocol', 'The server calls a tool without its name.');
        return { id, name, arguments: text };
      }),
  };
}
