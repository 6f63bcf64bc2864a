import { ProviderError } from '../provider-error.ts';
import { quote } from './quote.ts';
import { serverFailure } from './server-failure.ts';

/** The failure that a stream tells of in its midst; one that says no more than that is a failure of the server itself. */
export const errorIn = (text: string): ProviderError =>
  serverFailure({ status: null, text }) ??
  new ProviderError('transport', `The server answered with an error: ${quote(text)}`);
