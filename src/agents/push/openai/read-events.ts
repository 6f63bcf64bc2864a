import { createParser } from 'eventsource-parser';
import { ProviderError } from '../provider-error.ts';
import { quote } from '../wire/quote.ts';
import { refuseCutOff } from '../wire/refuse-cut-off.ts';
import { serverFailure } from '../wire/server-failure.ts';

const MAX_EVENT = 2 * 1024 * 1024;
const MAX_HEAD = 16_384;

/**
 * Calls `onData` with the data of each server-sent event, as it comes, until it returns 'stop'. Refuses (ProviderError) what
 * is no such stream: as the failure that it tells of, else `protocol`; and an event of more than 2 MiB.
 */
export async function readEvents(
  body: AsyncIterable<Buffer>,
  onData: (data: string) => 'more' | 'stop',
): Promise<void> {
  const decoder = new TextDecoder();
  let events = 0;
  let isStopped = false;
  let isLast = false;
  let head = '';
  const parser = createParser({
    maxBufferSize: MAX_EVENT,
    onEvent({ data }) {
      events++;
      if (isLast) refuseCutOff(data);
      if (!isStopped) isStopped = onData(data) === 'stop';
    },
    onError({ type }) {
      if (type === 'max-buffer-size-exceeded')
        throw new ProviderError('protocol', 'The server sent an event without an end.');
    },
  });
  for await (const bytes of body) {
    const text = decoder.decode(bytes, { stream: true });
    if (events === 0 && head.length < MAX_HEAD) head += text;
    parser.feed(text);
    if (isStopped) return;
  }
  // The last event counts also when the server forgot the empty line after it.
  isLast = true;
  parser.feed(`${decoder.decode()}\n\n`);
  if (events === 0 && !/^\s*(:|$)/.test(head)) throw notEvents(head);
}

/** llama.cpp put its errors in a field of that name. */
const notEvents = (head: string): ProviderError =>
  serverFailure({ status: null, text: head.replace(/^\s*error:/, '') }) ??
  new ProviderError('protocol', `The server sent what are no events: ${quote(head)}`);
