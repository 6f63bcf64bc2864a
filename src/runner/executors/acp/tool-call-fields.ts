import type { ToolCallFields } from '../../output/transcript-event.ts';
import type { ToolCallContent, ToolCallUpdate } from './session-update.ts';

/** Of the output of a terminal, this is what a transcript shows. */
const TERMINAL_CHARACTERS = 4_096;

export type Surroundings = {
  /** The workspace: paths in it are told relative to it. */
  cwd: string;
  /** What a terminal has printed. */
  terminalText: (id: string) => string;
};

/** What a tool call, or a change of one, says for the transcript. */
export function toolCallFields(call: Partial<ToolCallUpdate>, { cwd, terminalText }: Surroundings): ToolCallFields {
  const shown = (path: string) => (path.startsWith(`${cwd}/`) ? path.slice(cwd.length + 1) : path);
  const { title, kind, status, locations, content } = call;
  const diffs = content?.filter((part) => part.type === 'diff');
  const texts = content?.filter((part) => part.type !== 'diff').map((part) => textOf(part, terminalText));
  return {
    ...(title && { title }),
    ...(kind && { kind }),
    ...(status && { status }),
    ...(locations?.length && {
      locations: locations.map(({ path, line }) => ({ path: shown(path), line: line ?? null })),
    }),
    ...(diffs?.length && {
      diffs: diffs.map(({ path, oldText, newText }) => ({
        path: shown(path),
        old_text: oldText ?? null,
        new_text: newText,
      })),
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
