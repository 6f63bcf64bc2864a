import type { Egress } from '../../../lib/egress/egress.ts';
import type { Provider } from '../provider.ts';
import { apiRoot } from './api-root.ts';
import { chat } from './chat.ts';
import { embed } from './embed.ts';
import { probe } from './probe.ts';

/** Any OpenAI-compatible server. The endpoint's URL may end in /v1 or not: see api-root.ts. */
export const openaiProvider = (egress: Egress): Provider => ({
  probe: (endpoint, signal) => probe(egress, apiRoot(endpoint), signal),
  chat: (endpoint, request, onText, signal) => chat(egress, apiRoot(endpoint), request, onText, signal),
  embed: (endpoint, request, signal) => embed(egress, apiRoot(endpoint), request, signal),
});
