import { EgressError } from './egress-error.ts';
import type { EgressLimits } from './limits.ts';

/** What went wrong after the connection stood, in our words. `host` is for the sentence. */
export function toEgressError(error: unknown, host: string, limits: EgressLimits): EgressError {
  if (error instanceof EgressError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  switch (code) {
    case 'UND_ERR_HEADERS_TIMEOUT':
      return new EgressError('timeout', `${host} did not begin to answer within ${limits.firstByteMs} ms.`, error);
    case 'UND_ERR_BODY_TIMEOUT':
      return new EgressError('timeout', `${host} stopped answering for ${limits.idleMs} ms.`, error);
    case 'UND_ERR_HEADERS_OVERFLOW':
    case 'HPE_HEADER_OVERFLOW':
      return new EgressError('too_large', `The head of the answer of ${host} is too large.`, error);
    case 'UND_ERR_INVALID_ARG':
      return new EgressError('bad_url', `The request to ${host} cannot be sent: ${message}.`, error);
    default:
      return new EgressError('broken', `The connection to ${host} broke: ${code || message}.`, error);
  }
}
