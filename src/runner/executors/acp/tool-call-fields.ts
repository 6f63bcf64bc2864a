import type { ToolCallFields } from '../../output/transcript-event.ts';
import type { ToolCallContent, ToolCallUpdate } from './session-update.ts';

/** Of the output of a terminal, this is what a transcript shows. */
const TERMINAL_CHARACTERS = 4_096;

/** What a tool call, or a change of one, says for the transcript. `terminalText` gives what a terminal has printed. */
export function toolCallFields(call: Partial<ToolCallUpdate>, terminalText: (id: string) => string): ToolCallFields {
  const { title, kind, status, locations, content } = call;
  const diffs = content?.filter((part) => part.type === 'diff');
  const texts = content?.filter((part) => part.type !== 'diff').map((part) => textOf(part, terminalText));
  return {
    ...(title && { title }),
    ...(kind && { kind }),
    ...(status && { status }),
    ...(locations?.length && { locations: locations.map(({ path, line }) => ({ path, line: line ?? null })) }),
    ...(diffs?.length && {
      diffs: diffs.map(({ path, oldText, newText }) => ({ path, old_text: oldText ?? null, new_text: newText })),
    }),
    ...(texts?.length && { content: texts }),
  };
}

function textOf(part: ToolCallContent, terminalText: (id: string) => string): string {
  if (part.type === 'terminal') return terminalText(part.terminalId).slice(-TERMINAL_CHARACTERS);
  if (part.type === 'diff') return part.path;
  const { content } = part;
  return content.text ?? content.uri ?? `[${content.type}]`;
}
