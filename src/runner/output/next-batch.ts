import type { LogEntry } from './output-log.ts';

// A request may carry 500 entries and 1 MiB; in JSON one byte may become six (\u0001).
const MOST_ENTRIES = 500;
/** Bytes of text that one request carries. */
export const BATCH_BYTES = 131_072;

/** The first entries that one request can carry; at least one. */
export function nextBatch(entries: LogEntry[]): LogEntry[] {
  let bytes = 0;
  const end = entries.findIndex(({ text }, index) => {
    bytes += Buffer.byteLength(text);
    return index === MOST_ENTRIES || (index > 0 && bytes > BATCH_BYTES);
  });
  return entries.slice(0, end === -1 ? entries.length : end);
}
