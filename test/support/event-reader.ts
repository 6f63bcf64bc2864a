import { EventSourceParserStream } from 'eventsource-parser/stream';
import { onTestFinished } from 'vitest';
import type { App } from '../../src/http/app-types.ts';
import { until } from './until.ts';

/** A client of a stream over a real socket, as a browser would be one. */
export type EventReader = {
  status: number;
  headers: Headers;
  /** What has come so far: the id of each message and its data. */
  received: { id: string; data: Record<string, unknown> }[];
  comments: string[];
  /** Waits for the first message that fits. */
  wait(fits: (data: Record<string, unknown>) => boolean): Promise<Record<string, unknown>>;
  /** Resolves when the server ends the stream. */
  ended: Promise<void>;
  /** Goes away, as a client does that loses its network. */
  leave(): void;
};

/** Opens `path` of an app that listens, from now on or after the event `lastEventId`. It is closed with the test. */
export async function readEventStream(
  address: string,
  path: string,
  headers: Record<string, string>,
  lastEventId?: string,
): Promise<EventReader> {
  const away = new AbortController();
  onTestFinished(() => away.abort());
  const resume = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
  const response = await fetch(address + path, { headers: { ...headers, ...resume }, signal: away.signal });
  const received: EventReader['received'] = [];
  const comments: string[] = [];
  return {
    status: response.status,
    headers: response.headers,
    received,
    comments,
    wait: async (fits) => (await until(() => received.find(({ data }) => fits(data)))).data,
    ended: collect(response, received, comments),
    leave: () => away.abort(),
  };
}

async function collect(response: Response, received: EventReader['received'], comments: string[]): Promise<void> {
  const parser = new EventSourceParserStream({ onComment: (comment) => void comments.push(comment) });
  const messages = response.body?.pipeThrough(new TextDecoderStream()).pipeThrough(parser);
  try {
    for await (const { id, data } of messages ?? []) received.push({ id: id ?? '', data: JSON.parse(data) });
  } catch {
    // The client or the server went away in the middle, which is what `ended` tells.
  }
}

/** Lets an app listen on a free port of this machine; returns its address. */
export const listen = (app: App): Promise<string> => app.listen({ port: 0, host: '127.0.0.1' });
