import { ProviderError } from '../provider-error.ts';

/** Refuses (ProviderError transport) the last of a stream when it is the beginning of a JSON object only. */
export function refuseCutOff(text: string): void {
  if (!text.trimStart().startsWith('{')) return;
  try {
    JSON.parse(text);
  } catch (cause) {
    throw new ProviderError('transport', 'The answer broke off in the midst of a line.', { cause });
  }
}
