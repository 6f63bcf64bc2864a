import { ProviderError } from '../provider-error.ts';
import { quote } from '../wire/quote.ts';

/**
 * Refuses (ProviderError protocol) an answer by another model than was asked; one that names none is taken. Ollama's names
 * have the tag "latest" unless they have one.
 */
export function refuseOtherModel(asked: string, answered: string | null | undefined): void {
  if (!answered || tagged(asked) === tagged(answered)) return;
  throw new ProviderError('protocol', `The server answered for the model ${quote(answered)} instead of ${asked}.`);
}

function tagged(name: string): string {
  const plain = name.toLowerCase();
  // Not by a regular expression: over a name of colons without end, as a server could send, one takes hours.
  return plain.slice(plain.lastIndexOf('/') + 1).includes(':') ? plain : `${plain}:latest`;
}
