import { type Client, createClient } from '../client/client.ts';
import { CliError } from './cli-error.ts';
import type { Io } from './io.ts';

/** A server that restarts is waited for: the attempt goes on meanwhile. */
const RETRY_FOR_MS = 600_000;

/** The client of the attempt in which this runs, with its token. Refuses (exit 2) outside of one. */
export function openAttemptClient({ env }: Io): Client {
  const { WHOOSH_URL: url, WHOOSH_TOKEN: key, TRACEPARENT: traceparent } = env;
  if (url && key) return createClient({ url, key, traceparent, retryForMs: RETRY_FOR_MS });
  throw new CliError('This is for work in progress: WHOOSH_URL and WHOOSH_TOKEN are not set', {
    code: 'usage',
    exit: 'usage',
    hint: 'A runner sets them for the command of an attempt.',
  });
}
