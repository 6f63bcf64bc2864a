import { ProviderError } from '../provider-error.ts';
import { refuseCutOff } from './refuse-cut-off.ts';

/** A line is one JSON object; the longest are tool calls. */
const MAX_LINE = 2 * 1024 * 1024;

/**
 * Calls `onLine` with each line that is not empty, as it comes, until it returns 'stop'. Characters that are split over
 * two pieces are put together. Refuses (ProviderError protocol) a line of more than 2 MiB.
 */
export async function readLines(body: AsyncIterable<Buffer>, onLine: (line: string) => 'more' | 'stop'): Promise<void> {
  const decoder = new TextDecoder();
  let rest: string[] = [];
  let restLength = 0;
  for await (const chunk of body) {
    const text = decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end);
      start = end + 1;
      const whole = rest.length ? rest.join('') + line : line;
      rest = [];
      restLength = 0;
      if (whole.trim() && onLine(whole) === 'stop') return;
    }
    if (start < text.length) rest.push(text.slice(start));
    restLength += text.length - start;
    if (restLength > MAX_LINE) throw new ProviderError('protocol', 'The server sent a line without an end.');
  }
  const whole = rest.join('') + decoder.decode();
  if (!whole.trim()) return;
  refuseCutOff(whole);
  onLine(whole);
}
