import type { IncomingMessage } from 'node:http';
import { v7 as uuid } from 'uuid';

// What may stand in a log line and a header without harm.
const SANE = /^[A-Za-z0-9._:-]{1,128}$/;

/** The id under which a request stands in the log and in its answer: the caller's X-Request-Id when it is a sane one. */
export function requestId({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && SANE.test(given) ? given : uuid();
}
