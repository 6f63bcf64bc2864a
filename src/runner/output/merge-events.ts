import type { TranscriptEvent } from './transcript-event.ts';

/** Characters of words that are put together before an entry of their own begins. */
const MOST_CHARACTERS = 8_192;

/** Two pieces of one message or thought as one; undefined when they are not, or are long enough by themselves. */
export function mergeEvents(a: TranscriptEvent, b: TranscriptEvent): TranscriptEvent | undefined {
  if (a.type === 'thought' && b.type === 'thought') return joined(a, b);
  if (a.type === 'message' && b.type === 'message' && a.role === b.role) return joined(a, b);
  return undefined;
}

const joined = <T extends { text: string }>(a: T, b: T): T | undefined =>
  a.text.length + b.text.length <= MOST_CHARACTERS ? { ...a, text: a.text + b.text } : undefined;
