import { WhooshError } from '../client/whoosh-error.ts';

/**
 * Whether the server said no to what it was sent, so that no repeat can help. Not so 401, which is about the runner, 408
 * and 429, which are about the moment, and everything that is a defect.
 */
export const isRefusal = (error: unknown): error is WhooshError =>
  error instanceof WhooshError && error.status >= 400 && error.status < 500 && ![401, 408, 429].includes(error.status);
