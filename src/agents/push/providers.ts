import type { Egress } from '../../lib/egress/egress.ts';
import { ollamaProvider } from './ollama/provider.ts';
import { openaiProvider } from './openai/provider.ts';
import type { Endpoint, Provider } from './provider.ts';
import { toProviderError } from './wire/to-provider-error.ts';

/** The providers by agent kind. All their calls go through `egress`. */
export const createProviders = (egress: Egress): Record<'ollama' | 'openai', Provider> => ({
  ollama: translating(ollamaProvider(egress)),
  openai: translating(openaiProvider(egress)),
});

/** Whatever fails is a ProviderError without the key, but for an aborted signal, whose reason is passed on. */
function translating(provider: Provider): Provider {
  const within = async <T>(endpoint: Endpoint, signal: AbortSignal, work: () => Promise<T>): Promise<T> =>
    work().catch((error) => {
      throw signal.aborted ? signal.reason : toProviderError(error, endpoint);
    });
  return {
    probe: (endpoint, signal) => within(endpoint, signal, () => provider.probe(endpoint, signal)),
    chat: (endpoint, request, onText, signal) =>
      within(endpoint, signal, () => provider.chat(endpoint, request, onText, signal)),
    embed: (endpoint, request, signal) => within(endpoint, signal, () => provider.embed(endpoint, request, signal)),
  };
}
