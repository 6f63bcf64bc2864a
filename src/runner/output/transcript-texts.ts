import { cleanText } from '../../lib/clean-text.ts';
import { LOG_ENTRY_BYTES } from '../../tasks/attempt-schema.ts';
import type { TranscriptEvent } from './transcript-event.ts';

/** Longest text of a field at the first try; halved until the whole fits. */
const LONGEST_FIELD = 8_192;
const LONGEST_LIST = 100;

/**
 * An event as the texts of log entries, each one JSON object of at most 16 KiB. Words go on in the next entry; of
 * everything else what is too long is cut, and `truncated` says so.
 */
export function transcriptTexts(event: TranscriptEvent): string[] {
  const text = JSON.stringify(cleaned(event));
  if (Buffer.byteLength(text) <= LOG_ENTRY_BYTES) return [text];
  if (event.type === 'message' || event.type === 'thought') return halves(event);
  return [cut(event)];
}

function halves(event: Extract<TranscriptEvent, { text: string }>): string[] {
  let middle = Math.floor(event.text.length / 2);
  // Not between the two halves of a character.
  if (/[\udc00-\udfff]/.test(event.text[middle]!)) middle++;
  const parts = [event.text.slice(0, middle), event.text.slice(middle)];
  return parts.flatMap((text) => transcriptTexts({ ...event, text }));
}

function cut(event: TranscriptEvent): string {
  for (let [field, list] = [LONGEST_FIELD, LONGEST_LIST]; ; [field, list] = [field / 2, Math.ceil(list / 2)]) {
    const text = JSON.stringify({ ...(shortened(event, field, list) as object), truncated: true });
    if (Buffer.byteLength(text) <= LOG_ENTRY_BYTES) return text;
  }
}

function shortened(value: unknown, field: number, list: number): unknown {
  if (typeof value === 'string') return cleanText(value.slice(0, field));
  if (Array.isArray(value)) return value.slice(0, list).map((item) => shortened(item, field, list));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item, field, list)]));
}

const cleaned = (event: TranscriptEvent): unknown => shortened(event, Infinity, Infinity);
