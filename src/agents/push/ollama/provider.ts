import type { Egress } from '../../../lib/egress/egress.ts';
import type { Provider } from '../provider.ts';
import { chat } from './chat.ts';
import { embed } from './embed.ts';
import { probe } from './probe.ts';
import { rememberedDescriptions } from './remembered-descriptions.ts';

/** Ollama's own API. The endpoint's URL is the server's, such as http://192.168.1.20:11434; a final /api may be there. */
export function ollamaProvider(egress: Egress): Provider {
  const descriptions = rememberedDescriptions();
  return {
    probe: (endpoint, signal) => probe(egress, rooted(endpoint), descriptions, signal),
    chat: (endpoint, request, onText, signal) => chat(egress, rooted(endpoint), request, onText, signal),
    embed: (endpoint, request, signal) => embed(egress, rooted(endpoint), request, signal),
  };
}

const rooted = <T extends { url: string }>(endpoint: T): T => ({
  ...endpoint,
  url: endpoint.url.replace(/\/+$/, '').replace(/\/api$/, ''),
});
