import { changedLines } from '../../lib/changed-lines.ts';
import { oneLine } from './one-line.ts';

/** How a piece of a transcript is printed: `words` go on where the last ones ended, everything else has lines of its own. */
export type Shown = { words: string; thought?: boolean } | { lines: string[]; dim?: boolean };

type Json = Record<string, unknown>;
type Call = { title?: string; kind?: string };

const LONGEST_CONTENT = 20;
const MARKS: Record<string, string> = { completed: '[x]', in_progress: '[>]', pending: '[ ]' };

/**
 * What a person reads of one event of a transcript; undefined for what is not worth a line. `calls` remembers the titles
 * of tool calls from one event to the next.
 */
export function transcriptLines(event: Json, calls: Map<string, Call>): Shown | undefined {
  switch (event.type) {
    case 'message':
      return event.role === 'user' ? { lines: quoted(text(event.text)), dim: true } : { words: text(event.text) };
    case 'thought':
      return { words: text(event.text), thought: true };
    case 'plan':
      return { lines: ['plan:', ...list(event.entries).map(planLine)] };
    case 'tool_call':
    case 'tool_call_update':
      return { lines: callLines(event, calls) };
    case 'permission':
      return { lines: [`? ${line(event.title)}: ${line(event.decision)} (by ${line(event.by)})`] };
    case 'mode':
      return { lines: [`mode: ${line(event.id)}`], dim: true };
    case 'stop':
      return { lines: [`-- ${line(event.reason)}`], dim: true };
    default:
      return undefined;
  }
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const line = (value: unknown): string => oneLine(text(value));
const list = (value: unknown): Json[] => (Array.isArray(value) ? value : []);
const quoted = (words: string): string[] => words.split('\n').map((one) => `> ${one}`);
const planLine = ({ status, content }: Json): string => `  ${MARKS[text(status)] ?? '[ ]'} ${line(content)}`;

function callLines(event: Json, calls: Map<string, Call>): string[] {
  const id = text(event.id);
  const known = calls.get(id) ?? {};
  const call = { title: line(event.title) || known.title || id, kind: line(event.kind) || known.kind || 'tool' };
  calls.set(id, call);
  const state = event.status ? ` (${line(event.status)})` : '';
  const diffs = list(event.diffs).flatMap(diffLines);
  const content = Array.isArray(event.content) ? event.content.flatMap((one) => text(one).split('\n')) : [];
  const more = content.length > LONGEST_CONTENT ? [`  ... ${content.length - LONGEST_CONTENT} more lines`] : [];
  const shown = content.slice(0, LONGEST_CONTENT).map((one) => `  ${one}`);
  return [`* ${call.kind}: ${call.title}${state}`, ...diffs, ...shown, ...more];
}

function diffLines({ path, old_text, new_text }: Json): string[] {
  const { removed, added } = changedLines(text(old_text), text(new_text));
  return [`  ${line(path)}`, ...removed.map((one) => `  - ${one}`), ...added.map((one) => `  + ${one}`)];
}
