import { ProviderError } from '../provider-error.ts';

/** A result may be 1 MiB, and every character takes a byte of it at least. */
const MAX_LENGTH = 1_048_576;

/**
 * Counts the characters of an answer, so that no more is kept in memory than a result can hold. What it gives is to be
 * called with the length of each piece, and refuses (ProviderError result_too_large) when all together are too many.
 */
export function resultRoom(): (length: number) => void {
  let taken = 0;
  return (length) => {
    taken += length;
    if (taken <= MAX_LENGTH) return;
    throw new ProviderError('result_too_large', 'The answer is longer than the result of a task can be (1 MiB).');
  };
}
