import { EgressError } from '../../lib/egress/egress-error.ts';
import type { Log } from '../../lib/log.ts';
import type { Endpoint, Provider } from './provider.ts';

/** The provider, which says in the log when a model server took too long; what its callers meet stays the same. */
export function tellingTimeouts(provider: Provider, log: Log): Provider {
  const within = <T>({ url }: Endpoint, signal: AbortSignal, work: Promise<T>): Promise<T> =>
    work.catch((error) => {
      if (isTimeout(error, signal))
        log.warn({ url, reason: reasonOf(error) }, 'HTTP timeout: a model server took too long');
      throw error;
    });
  return {
    probe: (endpoint, signal) => within(endpoint, signal, provider.probe(endpoint, signal)),
    chat: (endpoint, request, onText, signal) =>
      within(endpoint, signal, provider.chat(endpoint, request, onText, signal)),
    embed: (endpoint, request, signal) => within(endpoint, signal, provider.embed(endpoint, request, signal)),
  };
}

/** It did not connect, begin or go on in time; or the whole of its time was over. */
function isTimeout(error: unknown, { aborted, reason }: AbortSignal): boolean {
  if (aborted) return reason?.name === 'TimeoutError';
  const { cause } = error as Error;
  if (!(cause instanceof EgressError)) return false;
  return cause.failure === 'timeout' || (cause.cause as { code?: string })?.code === 'UND_ERR_CONNECT_TIMEOUT';
}

const reasonOf = (error: unknown): string => (error as Error).message;
