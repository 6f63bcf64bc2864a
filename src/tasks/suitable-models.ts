import type { ModelInfo } from '../agents/push/schema.ts';
import { modelCapability } from '../agents/push/schema.ts';
import type { AgentView } from '../agents/schema.ts';
import type { FullNeeds } from './full-needs.ts';

/**
 * The models of a model server that could do a task with these needs, those in memory first. One model must have every
 * capability that is about models; other words are of the agent as a whole. It can chat, unless embeddings are asked for.
 */
export function suitableModels({ inventory }: Pick<AgentView, 'inventory'>, needs: FullNeeds): ModelInfo[] {
  const named = needs.capabilities.filter((word) => modelCapability.safeParse(word).success);
  const wanted = named.includes('embedding') ? named : ['chat', ...named];
  const suits = ({ name, capabilities, context_length }: ModelInfo) =>
    (needs.model === undefined || needs.model === name) &&
    wanted.every((word) => (capabilities as string[]).includes(word)) &&
    (needs.min_context_length === undefined || (context_length ?? 0) >= needs.min_context_length);
  return inventory.filter(suits).sort((a, b) => Number(b.loaded) - Number(a.loaded));
}
