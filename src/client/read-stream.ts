import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { readAnswer } from './read-answer.ts';
import { brokenOff, type Sending, send } from './send.ts';
import { WhooshError } from './whoosh-error.ts';

/** One message of an event stream. */
export type StreamMessage = { id: string; type: string; data: unknown };

export type StreamOptions = Sending & {
  /** Id of the message after which to go on. */
  lastEventId?: string | undefined;
  signal?: AbortSignal | undefined;
  /** Told when the server has accepted the call. */
  onOpen?: () => void;
};

// The server says something every 15 s, were it only a ping: after three times that the connection is half-open.
const SILENCE_MS = 45_000;

/**
 * The messages of one connection to an event stream; returns when the server ends it. Throws WhooshError when it is
 * refused, cannot be reached, breaks off or says nothing for 45 s, and the signal's reason when that fires.
 */
export async function* readStream(options: StreamOptions): AsyncGenerator<StreamMessage> {
  const { lastEventId, signal } = options;
  signal?.throwIfAborted();
  const ending = new AbortController();
  const end = () => ending.abort(signal?.reason);
  signal?.addEventListener('abort', end, { once: true });
  const silence = setTimeout(() => ending.abort(silent(options)), SILENCE_MS);
  const headers = { accept: 'text/event-stream', ...(lastEventId !== undefined && { 'last-event-id': lastEventId }) };
  try {
    const response = await send({ ...options, headers: { ...options.headers, ...headers } }, ending.signal);
    await refuseOther(response);
    options.onOpen?.();
    yield* messagesOf(response.body!, () => silence.refresh());
  } catch (error) {
    throw brokenOff(options, ending.signal, error);
  } finally {
    clearTimeout(silence);
    signal?.removeEventListener('abort', end);
    // Whoever stops listening frees the connection.
    ending.abort();
  }
}

async function refuseOther(response: Response): Promise<void> {
  const type = response.headers.get('content-type');
  if (response.ok && response.body && type?.startsWith('text/event-stream')) return;
  await readAnswer(response);
  const sentence = `${response.url} answered with ${type} instead of an event stream.`;
  throw new WhooshError(sentence, { code: 'unexpected_answer', status: response.status });
}

async function* messagesOf(body: ReadableStream<Uint8Array>, heard: () => void): AsyncGenerator<StreamMessage> {
  const waiting: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (message) => void waiting.push(message) });
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    heard();
    parser.feed(text);
    for (const { id = '', event = 'message', data } of waiting.splice(0)) {
      yield { id, type: event, data: JSON.parse(data) };
    }
  }
}

const silent = ({ server, path }: StreamOptions) =>
  new WhooshError(`${server} said nothing on ${path} for ${SILENCE_MS} ms`, { code: 'timeout' });
