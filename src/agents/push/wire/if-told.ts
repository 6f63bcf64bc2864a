import { ProviderError } from '../provider-error.ts';

/** What a server may tell but need not: null when it answers otherwise. A connection that fails, fails. */
export const ifTold = <T>(answer: Promise<T>): Promise<T | null> =>
  answer.catch((error) => {
    if (error instanceof ProviderError) return null;
    throw error;
  });
