import { EgressError, type EgressFailure } from '../../../lib/egress/egress-error.ts';
import type { Endpoint } from '../provider.ts';
import { ProviderError, type ProviderFailure } from '../provider-error.ts';

const FAILURES: Record<EgressFailure, ProviderFailure> = {
  bad_url: 'unreachable',
  forbidden_address: 'unreachable',
  unreachable: 'unreachable',
  timeout: 'transport',
  broken: 'transport',
  too_large: 'protocol',
  redirected: 'protocol',
};

/** A failed call as the provider's callers know it, and without the key: a server may repeat that in its errors. */
export function toProviderError(error: unknown, { key }: Endpoint): unknown {
  if (error instanceof EgressError) {
    return new ProviderError(FAILURES[error.failure], without(key, error.message), { cause: error });
  }
  if (!(error instanceof ProviderError) || !key || !error.message.includes(key)) return error;
  return new ProviderError(error.failure, without(key, error.message), { retryAfterMs: error.retryAfterMs });
}

const without = (key: string | null, sentence: string): string => (key ? sentence.replaceAll(key, '***') : sentence);
