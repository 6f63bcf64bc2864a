import { type Client, createClient } from '../client/client.ts';
import { findServer, type ServerOptions } from './find-server.ts';
import type { Io } from './io.ts';
import { style } from './show/style.ts';

/** Somebody waits at the keyboard: a server that is busy gets a moment, one that is not there none. */
const RETRY_FOR_MS = 10_000;

/** The client of the server that the options, the environment or the data folder name. */
export async function openClient(io: Io, options: ServerOptions): Promise<Client> {
  const { url, key } = await findServer(io, options);
  return createClient({
    url,
    key,
    traceparent: io.env.TRACEPARENT,
    retryForMs: RETRY_FOR_MS,
    giveUpOn: ({ code }) => code === 'unreachable',
    onRetry: ({ message }, waitMs) => {
      const text = `waiting: ${message}; next try in ${(waitMs / 1000).toFixed(1)} s\n`;
      io.stderr.write(style(io, 'yellow', text, io.stderr));
    },
  });
}
