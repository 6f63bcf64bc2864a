import type { ToolCallUpdate } from './session-update.ts';

/** What is known of a tool call: by it a request for permission is judged. */
export type ToolCall = { id: string; title: string; kind: string; paths: string[]; input: unknown };

const MOST_CALLS = 1_000;
const MOST_PATHS = 1_000;

/** The tool calls of a session; of very many, the last thousand. */
export class ToolCalls {
  readonly #byId = new Map<string, ToolCall>();

  get(id: string): ToolCall {
    return this.#byId.get(id) ?? { id, title: '', kind: 'other', paths: [], input: undefined };
  }

  /** Takes what an update says of a call; gives all that is known of it now. */
  update(update: Partial<ToolCallUpdate> & { toolCallId: string }): ToolCall {
    const known = this.get(update.toolCallId);
    const paths = new Set([...known.paths, ...pathsOf(update)]);
    const call = {
      id: known.id,
      title: update.title ?? known.title,
      kind: update.kind ?? known.kind,
      paths: [...paths].slice(0, MOST_PATHS),
      input: update.rawInput ?? known.input,
    };
    this.#byId.delete(call.id);
    this.#byId.set(call.id, call);
    const [oldest] = this.#byId.keys();
    if (this.#byId.size > MOST_CALLS && oldest !== undefined) this.#byId.delete(oldest);
    return call;
  }
}

const pathsOf = ({ locations, content }: Partial<ToolCallUpdate>): string[] => [
  ...(locations ?? []).map(({ path }) => path),
  ...(content ?? []).flatMap((part) => (part.type === 'diff' ? [part.path] : [])),
];
